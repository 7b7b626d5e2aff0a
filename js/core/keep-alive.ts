import { ops } from "./ops.ts";
import { PromisePrototypeThen, PromiseResolve } from "./primordials.ts";

declare module "./ops.ts" {
  interface Ops {
    /** One more promise keeps the event alive. */
    wait_until_begin(id: number): void;
    /** It settled; a rejection with undefined is told as null. */
    wait_until_end(id: number, error: unknown): void;
  }
}

/** Keeps an event alive until `promise` settles. */
export function waitUntil(id: number, promise: unknown): void {
  ops.wait_until_begin(id);
  PromisePrototypeThen(
    PromiseResolve(promise),
    () => ops.wait_until_end(id, undefined),
    (error: unknown) => ops.wait_until_end(id, error === undefined ? null : error),
  );
}
