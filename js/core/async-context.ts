// The async context: one value that V8 carries along promise reactions (its continuation-preserved embedder data).
// Callbacks that the layer itself keeps for later (timers, microtasks, ports) capture it and put it back around the call.
import { ops } from "./ops.ts";
import { ReflectApply } from "./primordials.ts";

declare module "./ops.ts" {
  interface Ops {
    /** The current context: undefined, or what `async_context_set` was given. */
    async_context_get(): unknown;
    async_context_set(context: unknown): void;
  }
}

export function getAsyncContext(): unknown {
  return ops.async_context_get();
}

/** Replaces the context and returns the one that was current. */
export function swapAsyncContext(context: unknown): unknown {
  const previous = ops.async_context_get();
  ops.async_context_set(context);
  return previous;
}

/** Calls `fn` in `context`, and restores the current one whatever happens. */
export function runInAsyncContext(context: unknown, fn: Function, self: unknown, args: ArrayLike<unknown>): any {
  const previous = swapAsyncContext(context);
  try {
    return ReflectApply(fn, self, args);
  } finally {
    ops.async_context_set(previous);
  }
}
