import { defineGlobals } from "../core/define.ts";
import { AbortController, AbortSignal } from "./abort.ts";
import { DOMException } from "./dom-exception.ts";
import { Event } from "./event.ts";
import { EventTarget } from "./event-target.ts";
import { CloseEvent, CustomEvent, ErrorEvent, MessageEvent, ProgressEvent, PromiseRejectionEvent } from "./event-types.ts";
import { QuotaExceededError } from "./quota-exceeded-error.ts";
import { reportError } from "./report-error.ts";

export * from "./abort.ts";
export { createDOMException, DOMException, exceptionMessage, exceptionName, isDOMException } from "./dom-exception.ts";
export { Event, isEvent, trust, type EventInit } from "./event.ts";
export { defineEventHandler, getEventHandler, setEventHandler } from "./event-handler.ts";
export { dispatch, EventTarget, hasListeners, type EventListener } from "./event-target.ts";
export * from "./event-types.ts";
export { copyQuotaExceededError, QuotaExceededError } from "./quota-exceeded-error.ts";
export { reportException } from "./report-error.ts";

export function install(): void {
  defineGlobals({
    AbortController,
    AbortSignal,
    CloseEvent,
    CustomEvent,
    DOMException,
    ErrorEvent,
    Event,
    EventTarget,
    MessageEvent,
    ProgressEvent,
    PromiseRejectionEvent,
    QuotaExceededError,
  });
  const methods = EventTarget.prototype;
  defineGlobals({
    addEventListener: methods.addEventListener,
    removeEventListener: methods.removeEventListener,
    dispatchEvent: methods.dispatchEvent,
    reportError,
  }, true);
}
