// https://html.spec.whatwg.org/#report-an-exception: an "error" event on the global object, then the host's log.
import { ops } from "../core/ops.ts";
import { requireArguments } from "../core/webidl.ts";
import { trust } from "./event.ts";
import { dispatch, type EventTarget, hasListeners, setExceptionReporter } from "./event-target.ts";
import { ErrorEvent } from "./event-types.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** An exception that no code caught and no "error" listener handled. */
    exception_report(error: unknown): void;
  }
}


// An "error" listener that throws must not report to itself.
let reporting = false;

/** Tells the worker's "error" listeners, or else the host, of an exception that nobody caught. */
export function reportException(error: unknown): void {
  if (!reporting && hasListeners(globalThis as unknown as EventTarget, "error")) {
    reporting = true;
    try {
      const message = describe(error);
      const event = trust(new ErrorEvent("error", { __proto__: null, cancelable: true, message, error } as object));
      if (!dispatch(globalThis as unknown as EventTarget, event)) return;
    } finally {
      reporting = false;
    }
  }
  ops.exception_report(error);
}
setExceptionReporter(reportException);

/** "Uncaught TypeError: …". A hostile value (a proxy, a throwing getter) can spoil the text, nothing else. */
function describe(error: unknown): string {
  try {
    if (typeof error === "symbol") return `Uncaught ${symbolToString(error)}`;
    return `Uncaught ${error as string}`;
  } catch {
    return "Uncaught (an exception that cannot be converted to a string)";
  }
}

const symbolToString = Function.prototype.call.bind(Symbol.prototype.toString) as (symbol: symbol) => string;

export function reportError(error: unknown): void {
  requireArguments(arguments.length, 1, "Failed to execute 'reportError'");
  reportException(error);
}
