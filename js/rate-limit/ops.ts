declare module "../core/ops.ts" {
  interface Ops {
    /** Whether the action is allowed, which counts it. What is undefined is as the binding has it. */
    rate_limit(binding: number, key: string, limit: number | undefined, period: number | undefined, weight: number): boolean | Promise<boolean>;
  }
}

export {};
