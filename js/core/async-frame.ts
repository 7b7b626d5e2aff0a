// What the async context holds: the event that is being handled (its id, a bare integer, so that an event without
// AsyncLocalStorage costs no allocation), or a frame on top of it for every AsyncLocalStorage value in force.
import { getAsyncContext } from "./async-context.ts";

export const noEvent = -1;

export class AsyncFrame {
  readonly key: object;
  readonly value: unknown;
  readonly parent: AsyncFrame | null;
  /** The event below all frames. */
  readonly event: number;

  constructor(key: object, value: unknown, parent: AsyncFrame | null, event: number) {
    this.key = key;
    this.value = value;
    this.parent = parent;
    this.event = event;
  }
}

export function currentFrame(): AsyncFrame | null {
  const context = getAsyncContext();
  return typeof context === "object" ? (context as AsyncFrame) : null;
}

/** The event on whose behalf the code runs, or `noEvent`. */
export function currentEvent(): number {
  const context = getAsyncContext();
  return typeof context === "number" ? context : context === undefined ? noEvent : (context as AsyncFrame).event;
}

/** The context in which `key` has `value` and everything else is as now. */
export function frameWith(key: object, value: unknown): AsyncFrame {
  const frame = currentFrame();
  // A value that hides the topmost one of its own key replaces it: nesting in a loop does not grow the chain.
  return new AsyncFrame(key, value, frame !== null && frame.key === key ? frame.parent : frame, currentEvent());
}

/** The value that `key` has in the current context, or undefined. */
export function frameValue(key: object): unknown {
  for (let frame = currentFrame(); frame !== null; frame = frame.parent) if (frame.key === key) return frame.value;
  return undefined;
}
