// https://html.spec.whatwg.org/#event-handler-attributes: `target.onabort = …`.
import { FunctionPrototypeCall, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { cancel, type Event } from "./event.ts";
import { EventTarget } from "./event-target.ts";

const OriginalMap = Map;
const { addEventListener, removeEventListener } = EventTarget.prototype;

interface Handler { value: object; listener: (event: Event) => void }

const handlers: WeakMap<object, Map<string, Handler>> = new WeakMap();

/** The handler that `target.on<type>` holds. */
export function getEventHandler(target: object, type: string): object | null {
  const byType = WeakMapPrototypeGet(handlers, target);
  return (byType && MapPrototypeGet(byType, type)?.value) ?? null;
}

/** Sets `target.on<type>`: anything that is not an object takes the handler away. */
export function setEventHandler(target: object, type: string, value: unknown): void {
  let byType = WeakMapPrototypeGet(handlers, target);
  if (byType === undefined) WeakMapPrototypeSet(handlers, target, byType = new OriginalMap<string, Handler>());
  const current = MapPrototypeGet(byType, type);
  if (!isObject(value)) {
    if (current === undefined) return;
    MapPrototypeDelete(byType, type);
    FunctionPrototypeCall(removeEventListener, target, type, current.listener);
    return;
  }
  if (current !== undefined) {
    // A replaced handler keeps its place among the listeners.
    current.value = value;
    return;
  }
  const handler: Handler = {
    value,
    listener: (event) => {
      const callback = handler.value;
      if (typeof callback !== "function") return;
      const result: unknown = FunctionPrototypeCall(callback, event.currentTarget, event);
      if (result === false) cancel(event);
    },
  };
  FunctionPrototypeCall(addEventListener, target, type, handler.listener);
  MapPrototypeSet(byType, type, handler);
}

/** Defines the accessor `on<type>` on an interface's prototype. */
export function defineEventHandler(prototype: object, type: string, afterSet?: (target: any) => void): void {
  const name = `on${type}`;
  ObjectDefineProperty(prototype, name, {
    __proto__: null,
    ...named(name, type, afterSet),
    enumerable: true,
    configurable: true,
  } as PropertyDescriptor);
}

function named(name: string, type: string, afterSet: ((target: any) => void) | undefined): PropertyDescriptor {
  // Computed keys of an object literal give the functions their proper names, "get onabort" and "set onabort".
  const accessors = {
    get [name](): object | null { return getEventHandler(this, type); },
    set [name](value: unknown) {
      setEventHandler(this, type, value);
      afterSet?.(this);
    },
  };
  return ObjectGetOwnPropertyDescriptor(accessors, name)!;
}
