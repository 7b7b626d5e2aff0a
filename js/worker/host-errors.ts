// Errors that C# makes, and rejections that it saw nobody handle.
import { createDOMException, dispatch, type EventTarget, hasListeners, PromiseRejectionEvent, trust } from "../events/index.ts";

/** The error that an op throws or rejects with. */
export function createError(name: string, message: string): unknown {
  switch (name) {
    case "Error": return new Error(message);
    case "TypeError": return new TypeError(message);
    case "RangeError": return new RangeError(message);
    case "SyntaxError": return new SyntaxError(message);
    default: return createDOMException(name, message);
  }
}

/** Tells the worker of a rejection; true when it asked (by preventDefault) that nothing else be done about it. */
export function unhandledRejection(promise: object, reason: unknown, handledLater: boolean): boolean {
  const type = handledLater ? "rejectionhandled" : "unhandledrejection";
  const scope = globalThis as unknown as EventTarget;
  if (!hasListeners(scope, type)) return false;
  const init = { __proto__: null, cancelable: !handledLater, promise, reason } as unknown as { promise: object };
  return !dispatch(scope, trust(new PromiseRejectionEvent(type, init)));
}
