// https://w3c.github.io/beacon/: sent while the event lives on, answered by nobody.
import { currentEvent, noEvent } from "../core/async-frame.ts";
import { PromisePrototypeThen } from "../core/primordials.ts";
import { Request, fetch } from "../fetch/index.ts";
import { waitUntil } from "./wait-until.ts";

/** False outside of an event, where nothing can be sent. */
export function sendBeacon(url: unknown, body: unknown): boolean {
  const request = new Request(url, { __proto__: null, method: "POST", body } as object);
  const event = currentEvent();
  if (event === noEvent) return false;
  waitUntil(event, PromisePrototypeThen(fetch(request), ignore, ignore));
  return true;
}

const ignore = (): void => {};
