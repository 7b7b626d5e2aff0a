// https://dom.spec.whatwg.org/#interface-eventtarget. There is no tree: an event's path is its target alone.
import { defineInterface } from "../core/define.ts";
import { ArrayPrototypeIndexOf, ArrayPrototypeSlice, ArrayPrototypeSplice, FunctionPrototypeCall } from "../core/primordials.ts";
import { isObject, requireArguments, toDOMString } from "../core/webidl.ts";
import { createDOMException } from "./dom-exception.ts";
import { beginDispatch, endDispatch, type Event, isEvent, isImmediatelyStopped, isPropagationStopped, setInPassiveListener } from "./event.ts";

export type EventListener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface Listener {
  type: string;
  callback: EventListener;
  capture: boolean;
  once: boolean;
  passive: boolean;
  removed: boolean;
  signal: object | undefined;
  onAbort: (() => void) | undefined;
}

/** What AbortSignal gives to this file: it is itself an EventTarget and therefore comes later. */
export interface SignalOperations {
  isAbortSignal(value: unknown): boolean;
  isAborted(signal: object): boolean;
  addAbortAlgorithm(signal: object, algorithm: () => void): void;
  removeAbortAlgorithm(signal: object, algorithm: () => void): void;
  /** Someone began or ceased to listen for "abort". */
  abortListenersChanged(target: object): void;
}

let signals: SignalOperations;
let report: (error: unknown) => void;

export function setSignalOperations(operations: SignalOperations): void {
  signals = operations;
}

/** What becomes of an exception that a listener threw. */
export function setExceptionReporter(reporter: (error: unknown) => void): void {
  report = reporter;
}

// The listeners of the global object, which is an EventTarget without being made by its constructor.
const globalListeners: Listener[] = [];
const global = globalThis;

let listenersOf: (target: unknown) => Listener[];
/** Whether any listener of this type is there: lets the layer skip making an event that nobody would see. */
export let hasListeners: (target: EventTarget, type: string) => boolean;

export class EventTarget {
  #listeners: Listener[] | undefined;

  addEventListener(type: unknown, callback: EventListener | null, options: unknown = undefined): void {
    const listeners = listenersOf(this);
    requireArguments(arguments.length, 2, "Failed to execute 'addEventListener' on 'EventTarget'");
    const name = toDOMString(type);
    requireCallback(callback, "addEventListener");
    let capture = false, once = false, passive = false, signal: object | undefined;
    if (isObject(options)) {
      const given = options as { capture?: unknown; once?: unknown; passive?: unknown; signal?: unknown };
      capture = !!given.capture;
      once = !!given.once;
      passive = !!given.passive;
      const value = given.signal;
      if (value !== undefined) {
        if (!signals.isAbortSignal(value)) {
          throw new TypeError("Failed to execute 'addEventListener' on 'EventTarget': member signal is not of type 'AbortSignal'.");
        }
        signal = value as object;
      }
    } else {
      capture = !!options;
    }
    if (callback === null || callback === undefined || (signal !== undefined && signals.isAborted(signal))) return;
    if (find(listeners, name, callback, capture) !== -1) return;
    const listener: Listener = { type: name, callback, capture, once, passive, removed: false, signal, onAbort: undefined };
    listeners[listeners.length] = listener;
    if (signal !== undefined) {
      listener.onAbort = () => remove(this, listeners, listener);
      signals.addAbortAlgorithm(signal, listener.onAbort);
    }
    if (name === "abort") signals.abortListenersChanged(this);
  }

  removeEventListener(type: unknown, callback: EventListener | null, options: unknown = undefined): void {
    const listeners = listenersOf(this);
    requireArguments(arguments.length, 2, "Failed to execute 'removeEventListener' on 'EventTarget'");
    const name = toDOMString(type);
    requireCallback(callback, "removeEventListener");
    const capture = isObject(options) ? !!(options as { capture?: unknown }).capture : !!options;
    if (callback === null || callback === undefined) return;
    const index = find(listeners, name, callback, capture);
    if (index !== -1) remove(this, listeners, listeners[index]!);
  }

  dispatchEvent(event: Event): boolean {
    const target = targetOf(this);
    requireArguments(arguments.length, 1, "Failed to execute 'dispatchEvent' on 'EventTarget'");
    if (!isEvent(event)) throw new TypeError("Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'.");
    return dispatch(target, event);
  }

  static {
    listenersOf = (target) => {
      if (isObject(target) && #listeners in target) return (target as EventTarget).#listeners ??= [];
      if (target === undefined || target === null || target === global) return globalListeners;
      throw new TypeError("Illegal invocation");
    };
    hasListeners = (target, type) => {
      const listeners = #listeners in target ? target.#listeners : globalListeners;
      if (listeners === undefined) return false;
      for (let i = 0; i < listeners.length; i++) if (listeners[i]!.type === type) return true;
      return false;
    };
  }
}

defineInterface("EventTarget", EventTarget);

// Called as plain functions (`addEventListener("fetch", …)`) the methods mean the global object.
function targetOf(target: unknown): EventTarget {
  listenersOf(target);
  return (target ?? global) as EventTarget;
}

function requireCallback(callback: unknown, method: string): void {
  if (callback !== null && callback !== undefined && !isObject(callback)) {
    throw new TypeError(`Failed to execute '${method}' on 'EventTarget': parameter 2 is not of type 'Object'.`);
  }
}

function find(listeners: Listener[], type: string, callback: EventListener, capture: boolean): number {
  for (let i = 0; i < listeners.length; i++) {
    const listener = listeners[i]!;
    if (listener.callback === callback && listener.capture === capture && listener.type === type) return i;
  }
  return -1;
}

function remove(target: EventTarget, listeners: Listener[], listener: Listener): void {
  listener.removed = true;
  const index = ArrayPrototypeIndexOf(listeners, listener);
  if (index !== -1) ArrayPrototypeSplice(listeners, index, 1);
  if (listener.signal !== undefined) signals.removeAbortAlgorithm(listener.signal, listener.onAbort!);
  if (listener.type === "abort") signals.abortListenersChanged(target);
}

/**
 * Dispatches an event of the layer's or the worker's making; false when a listener cancelled it. What listeners throw
 * goes to `onError`, which by default reports it.
 */
export function dispatch(target: EventTarget, event: Event, onError: (error: unknown) => void = report): boolean {
  const listeners = listenersOf(target);
  if (!beginDispatch(event, target)) {
    throw createDOMException("InvalidStateError", "Failed to execute 'dispatchEvent' on 'EventTarget': The event is already being dispatched.");
  }
  if (!isPropagationStopped(event)) {
    if (anyCaptures(listeners)) invoke(target, event, listeners, true, onError);
    if (!isPropagationStopped(event)) invoke(target, event, listeners, false, onError);
  }
  return endDispatch(event);
}

function anyCaptures(listeners: Listener[]): boolean {
  for (let i = 0; i < listeners.length; i++) if (listeners[i]!.capture) return true;
  return false;
}

// Listeners added meanwhile are not called, those removed meanwhile neither: hence the copy and the `removed` flag.
function invoke(target: EventTarget, event: Event, all: Listener[], capture: boolean, onError: (error: unknown) => void): void {
  if (all.length === 0) return;
  const type = event.type;
  const listeners = ArrayPrototypeSlice(all);
  for (let i = 0; i < listeners.length; i++) {
    const listener = listeners[i]!;
    if (listener.removed || listener.type !== type || listener.capture !== capture) continue;
    if (listener.once) remove(target, all, listener);
    if (listener.passive) setInPassiveListener(event, true);
    try {
      const callback = listener.callback;
      if (typeof callback === "function") {
        FunctionPrototypeCall(callback, target, event);
      } else {
        const handleEvent = callback.handleEvent;
        if (typeof handleEvent !== "function") throw new TypeError("EventListener.handleEvent is not a function");
        FunctionPrototypeCall(handleEvent, callback, event);
      }
    } catch (error) {
      onError(error);
    }
    setInPassiveListener(event, false);
    if (isImmediatelyStopped(event)) return;
  }
}
