// The base classes that `cloudflare:workers` exports. What they hold is public: `this.env`, `this.ctx`.
import { ObjectDefineProperty, ObjectGetPrototypeOf } from "../core/primordials.ts";

function hold(target: object, ctx: unknown, env: unknown): void {
  ObjectDefineProperty(target, "ctx", { __proto__: null, value: ctx, writable: true, configurable: true } as PropertyDescriptor);
  ObjectDefineProperty(target, "env", { __proto__: null, value: env, writable: true, configurable: true } as PropertyDescriptor);
}

export class WorkerEntrypoint {
  declare ctx: unknown;
  declare env: unknown;
  constructor(ctx: unknown, env: unknown) {
    hold(this, ctx, env);
  }
}

export class DurableObject {
  declare ctx: unknown;
  declare env: unknown;
  constructor(ctx: unknown, env: unknown) {
    hold(this, ctx, env);
  }
}

export class WorkflowEntrypoint {
  declare ctx: unknown;
  declare env: unknown;
  constructor(ctx: unknown, env: unknown) {
    hold(this, ctx, env);
  }
}

export function isSubclass(constructor: Function, base: Function): boolean {
  for (let each: unknown = constructor; typeof each === "function"; each = ObjectGetPrototypeOf(each)) if (each === base) return true;
  return false;
}
