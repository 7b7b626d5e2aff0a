// The global object's own classes: globalThis is a ServiceWorkerGlobalScope, which is a WorkerGlobalScope, which is an
// EventTarget.
import { defineGlobals, defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, ObjectSetPrototypeOf } from "../core/primordials.ts";
import { EventTarget } from "../events/index.ts";

export class WorkerGlobalScope extends EventTarget {
  constructor() {
    super();
    throw new TypeError("Illegal constructor");
  }
}
defineInterface("WorkerGlobalScope", WorkerGlobalScope);

export class ServiceWorkerGlobalScope extends WorkerGlobalScope {}
defineInterface("ServiceWorkerGlobalScope", ServiceWorkerGlobalScope);

export function installGlobalScope(): void {
  ObjectSetPrototypeOf(globalThis, ServiceWorkerGlobalScope.prototype);
  defineGlobals({ ServiceWorkerGlobalScope, WorkerGlobalScope });
  const self = globalThis;
  // Workers have no origin of their own, which is written "null".
  ObjectDefineProperty(globalThis, "origin", { __proto__: null, value: "null", enumerable: true, configurable: true } as PropertyDescriptor);
  ObjectDefineProperty(globalThis, "self", {
    __proto__: null,
    get: () => self,
    set: (value: unknown) => {
      ObjectDefineProperty(globalThis, "self", { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
    },
    enumerable: true,
    configurable: true,
  } as PropertyDescriptor);
}
