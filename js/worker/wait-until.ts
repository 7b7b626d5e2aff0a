import { currentEvent, noEvent } from "../core/async-frame.ts";
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";

/** Keeps an event alive until `promise` settles. */
export function waitUntil(id: number, promise: unknown): void {
  ops.wait_until_begin(id);
  PromisePrototypeThen(
    PromiseResolve(promise),
    () => ops.wait_until_end(id, undefined),
    (error: unknown) => ops.wait_until_end(id, error === undefined ? null : error),
  );
}

/** `waitUntil` of `cloudflare:workers`: for the event that the calling code runs for. */
export function waitUntilCurrent(promise: unknown): void {
  const id = currentEvent();
  if (id === noEvent) throw new Error("waitUntil() was called outside of any event: there is nothing to keep alive.");
  waitUntil(id, promise);
}
