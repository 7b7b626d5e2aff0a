// node:async_hooks as Workers has it: AsyncLocalStorage and AsyncResource work, the hooks of Node's event loop do nothing.
import { getAsyncContext, runInAsyncContext, swapAsyncContext } from "../core/async-context.ts";
import { currentFrame, frameWith } from "../core/async-frame.ts";
import { ObjectDefineProperty, SymbolDispose } from "../core/primordials.ts";

function requireFunction(value: unknown, name: string): asserts value is Function {
  if (typeof value === "function") return;
  const error = new TypeError(`The "${name}" argument must be of type function.`);
  ObjectDefineProperty(error, "code", { __proto__: null, value: "ERR_INVALID_ARG_TYPE", writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
  throw error;
}

function notImplemented(method: string): Error {
  const error = new Error(`${method} is not implemented`);
  ObjectDefineProperty(error, "code", { __proto__: null, value: "ERR_METHOD_NOT_IMPLEMENTED", writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
  return error;
}

// Binds `fn` to a context. Its own `this` is kept unless another is given.
function bindTo(context: unknown, fn: Function, bindThis: boolean, self: unknown): Function {
  const bound = function (this: unknown, ...args: unknown[]): unknown {
    return runInAsyncContext(context, fn, bindThis ? self : this, args);
  };
  ObjectDefineProperty(bound, "length", { __proto__: null, value: fn.length, configurable: true } as PropertyDescriptor);
  return bound;
}

/** A store that is current until this is disposed of. */
class StoreScope {
  #previous: unknown;
  #disposed = false;

  constructor(context: unknown) {
    this.#previous = swapAsyncContext(context);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    swapAsyncContext(this.#previous);
  }

  [SymbolDispose](): void {
    this.dispose();
  }
}

export class AsyncLocalStorage<T = unknown> {
  #name: string;
  #defaultValue: T | undefined;

  constructor(options?: { defaultValue?: T; name?: string }) {
    this.#defaultValue = options?.defaultValue;
    const name = options?.name;
    this.#name = name === undefined ? "" : `${name}`;
  }

  get name(): string { return this.#name; }

  run<R>(store: T, callback: (...args: any[]) => R, ...args: any[]): R {
    this.#name;
    requireFunction(callback, "callback");
    return runInAsyncContext(frameWith(this, store), callback, undefined, args);
  }

  exit<R>(callback: (...args: any[]) => R, ...args: any[]): R {
    this.#name;
    requireFunction(callback, "callback");
    return runInAsyncContext(frameWith(this, undefined), callback, undefined, args);
  }

  getStore(): T | undefined {
    const defaultValue = this.#defaultValue;
    for (let frame = currentFrame(); frame !== null; frame = frame.parent) if (frame.key === this) return frame.value as T;
    return defaultValue;
  }

  /** What diagnostics_channel enters the stores of a channel with. */
  withScope(store: T): StoreScope {
    this.#name;
    return new StoreScope(frameWith(this, store));
  }

  enterWith(_store: T): never {
    throw notImplemented("asyncLocalStorage.enterWith()");
  }

  disable(): never {
    throw notImplemented("asyncLocalStorage.disable()");
  }

  static bind(fn: Function): Function {
    requireFunction(fn, "fn");
    return bindTo(getAsyncContext(), fn, false, undefined);
  }

  static snapshot(): (fn: Function, ...args: unknown[]) => unknown {
    const context = getAsyncContext();
    return function (this: unknown, fn: Function, ...args: unknown[]): unknown {
      requireFunction(fn, "fn");
      return runInAsyncContext(context, fn, this, args);
    };
  }
}

export class AsyncResource {
  #context = getAsyncContext();

  constructor(type: unknown, _options?: unknown) {
    if (typeof type !== "string") throw new TypeError('The "type" argument must be of type string.');
  }

  static bind(fn: Function, type?: string, thisArg?: unknown): Function {
    requireFunction(fn, "fn");
    return new AsyncResource(type ?? (fn.name || "bound-anonymous-fn")).bind(fn, thisArg);
  }

  bind(fn: Function, thisArg?: unknown): Function {
    requireFunction(fn, "fn");
    const bound = bindTo(this.#context, fn, thisArg !== undefined, thisArg);
    ObjectDefineProperty(bound, "asyncResource", { __proto__: null, value: this, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
    return bound;
  }

  runInAsyncScope<R>(fn: (...args: any[]) => R, thisArg?: unknown, ...args: any[]): R {
    requireFunction(fn, "fn");
    return runInAsyncContext(this.#context, fn, thisArg, args);
  }

  // There is no event loop to number the resources of.
  asyncId(): number { return 0; }
  triggerAsyncId(): number { return 0; }
  emitDestroy(): this { return this; }
}

interface AsyncHook { enable(): AsyncHook; disable(): AsyncHook }

const hook: AsyncHook = { enable: () => hook, disable: () => hook };

export function asyncHooksModule(): Record<string, unknown> {
  const exports: Record<string, unknown> = {
    AsyncLocalStorage,
    AsyncResource,
    createHook: () => hook,
    executionAsyncId: () => 0,
    executionAsyncResource: () => ({}),
    triggerAsyncId: () => 0,
  };
  exports.default = exports;
  return exports;
}
