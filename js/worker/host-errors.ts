// Errors that C# makes, and rejections that it saw nobody handle.
import * as kinds from "../core/value-kinds.ts";
import { errorStack } from "../core/error-stack.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { describeProperty, ReflectOwnKeys, StringPrototypeIncludes } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { createDOMException, dispatch, type EventTarget, hasListeners, PromiseRejectionEvent, trust } from "../events/index.ts";

const inspection = lazy(() => import("../console/inspect.ts"));

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

/** A thrown value as text where that says more than its message and its stack do: causes, errors within it, what it holds. */
export function describeThrown(thrown: unknown): string | undefined {
  return isObject(thrown) && !isPlainError(thrown) ? inspection().inspect(thrown) : undefined;
}

function isPlainError(value: object): boolean {
  if (ops.inspect_kind(value) !== kinds.ERROR) return false;
  const keys = ReflectOwnKeys(value);
  for (let i = 0; i < keys.length; i++) if (keys[i] !== "stack" && keys[i] !== "message") return false;
  // A message that came later than the stack is not in it.
  const message = describeProperty(value, "message")?.value as unknown;
  return typeof message !== "string" || StringPrototypeIncludes(errorStack(value) ?? message, message);
}

/** Tells the worker of a rejection; true when it asked (by preventDefault) that nothing else be done about it. */
export function unhandledRejection(promise: object, reason: unknown, handledLater: boolean): boolean {
  const type = handledLater ? "rejectionhandled" : "unhandledrejection";
  const scope = globalThis as unknown as EventTarget;
  if (!hasListeners(scope, type)) return false;
  const init = { __proto__: null, cancelable: !handledLater, promise, reason } as unknown as { promise: object };
  return !dispatch(scope, trust(new PromiseRejectionEvent(type, init)));
}
