import { currentEvent, noEvent } from "../core/async-frame.ts";
import { waitUntil } from "../core/keep-alive.ts";

export { waitUntil } from "../core/keep-alive.ts";

/** `waitUntil` of `cloudflare:workers`: for the event that the calling code runs for. */
export function waitUntilCurrent(promise: unknown): void {
  const id = currentEvent();
  if (id === noEvent) throw new Error("waitUntil() was called outside of any event: there is nothing to keep alive.");
  waitUntil(id, promise);
}
