// What Vectorize indexes ask of the host. An index is the place of its binding among those of the version.
declare module "../core/ops.ts" {
  interface Ops {
    /** Asks an index; request and answer are JSON. The operation is one of `operations` in vectorize.ts. */
    vector_call(index: number, operation: number, request: string): Promise<string>;
  }
}

export {};
