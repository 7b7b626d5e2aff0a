// RpcStub, RpcPromise and RpcProperty: what a worker sees of what it can call in other workers
// (https://developers.cloudflare.com/workers/runtime-apis/rpc/). Each is a proxy on a function: any name is a property, and it can be called.
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import {
  ArrayPrototypePush, ArrayPrototypeSlice, FunctionPrototypeCall, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectPrototype,
  ObjectSetPrototypeOf, PromisePrototypeThen, PromiseResolve, ReflectDeleteProperty, ReflectGet, ReflectHas, SymbolDispose, WeakMapPrototypeGet, WeakMapPrototypeSet,
} from "../core/primordials.ts";
import { isObject, requireArguments, toCallback } from "../core/webidl.ts";
import { addExport } from "./exports.ts";
import { type Callee, EntrypointCallee, type Result, StubCallee, callRemote, failedResult, setCalleeFinder, setStubMaker } from "./outgoing.ts";
import { findAddress } from "./fetcher.ts";
import { reachOf } from "./property-path.ts";
import { remoteError } from "./remote-error.ts";
import { StubState, setStubName, setStubState, stubName, stubStateOf } from "./stub-state.ts";

const deepest = 64;

// What each promise or property is: behind the proxies, as stub-state.ts has the stubs.
const results: WeakMap<object, Result> = new WeakMap();
const properties: WeakMap<object, Property> = new WeakMap();

class Property {
  readonly callee: Callee;
  readonly path: readonly string[];
  #value: Result | undefined = undefined;

  constructor(callee: Callee, path: readonly string[]) {
    this.callee = callee;
    this.path = path;
  }

  /** Its value, read once. */
  get value(): Result {
    return (this.#value ??= attempt(() => callRemote(this.callee, this.path, undefined)));
  }
}

/** Traps of a proxy from which calls are made. */
class Traps implements ProxyHandler<Function> {
  readonly #callee: Callee;
  readonly #path: readonly string[];

  constructor(callee: Callee, path: readonly string[]) {
    this.#callee = callee;
    this.#path = path;
  }

  get(target: Function, name: PropertyKey, receiver: unknown): unknown {
    if (typeof name === "symbol" || ReflectHas(target, name)) return ReflectGet(target, name, receiver);
    // Else JavaScript would take a stub for a promise.
    if (name === "then") return undefined;
    return makeProperty(this.#callee, appended(this.#path, name as string));
  }

  apply(_target: Function, _self: unknown, args: unknown[]): object {
    return makePromise(attempt(() => callRemote(this.#callee, this.#path, args)));
  }
}

function appended(path: readonly string[], name: string): readonly string[] {
  if (path.length >= deepest) throw new TypeError(`RPC pipelined property path is too deep (max ${deepest}).`);
  const longer = ArrayPrototypeSlice(path);
  ArrayPrototypePush(longer, name);
  return longer;
}

function attempt(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    return failedResult(error);
  }
}

function callable(prototype: object): Function {
  const target = (): void => {};
  ReflectDeleteProperty(target, "name");
  ReflectDeleteProperty(target, "length");
  return ObjectSetPrototypeOf(target, prototype) as Function;
}

/** The proxy through which the worker calls. `has` of the target are the members of its class. */
export function makeCallable(target: Function, callee: Callee, path: readonly string[] = []): object {
  return new Proxy(target, new Traps(callee, path));
}

function makePromise(result: Result): object {
  const proxy = makeCallable(callable(RpcPromise.prototype), result);
  WeakMapPrototypeSet(results, proxy, result);
  setStubName(proxy, "RpcPromise");
  return proxy;
}

function makeProperty(callee: Callee, path: readonly string[]): object {
  const proxy = makeCallable(callable(RpcProperty.prototype), callee, path);
  WeakMapPrototypeSet(properties, proxy, new Property(callee, path));
  setStubName(proxy, "RpcProperty");
  return proxy;
}

/** The worker's view of a capability. */
export function makeStub(state: StubState): object {
  const proxy = makeCallable(callable(RpcStub.prototype), new StubCallee(state));
  setStubState(proxy, state);
  return proxy;
}
setStubMaker(makeStub);
setCalleeFinder((value) => {
  const state = stubStateOf(value);
  if (state !== undefined) return new StubCallee(state);
  const address = findAddress(value);
  if (address !== undefined) return new EntrypointCallee(address);
  return WeakMapPrototypeGet(results, value);
});

/** The values of properties that a worker exposes. */
export function makeServiceProperty(callee: Callee, name: string): object {
  return makeProperty(callee, [name]);
}

function requireStub(value: unknown): StubState {
  const state = isObject(value) ? stubStateOf(value) : undefined;
  if (state === undefined) throw new TypeError("Illegal invocation");
  return state;
}

const watchers = new Map<number, Function[]>();

/** The host tells that a capability can only fail from now on; undefined when that concerns nobody any more. */
export function stubBroken(id: number, error: string | undefined): void {
  const callbacks = MapPrototypeGet(watchers, id);
  if (callbacks === undefined) return;
  MapPrototypeDelete(watchers, id);
  if (error === undefined) return;
  for (let i = 0; i < callbacks.length; i++) FunctionPrototypeCall(callbacks[i]!, undefined, remoteError(error));
}

export class RpcStub {
  constructor(target: unknown) {
    requireArguments(arguments.length, 1, "Failed to construct 'RpcStub'");
    const reach = isObject(target) && stubName(target) === undefined && ObjectGetPrototypeOf(target) !== null ? reachOf(target) : undefined;
    if (reach === undefined) throw new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
    return makeStub(new StubState(ops.rpc_own(addExport(target as object, reach)))) as RpcStub;
  }

  dup(): object {
    return makeStub(new StubState(ops.rpc_duplicate(requireStub(this).id)));
  }

  onRpcBroken(callback: unknown): void {
    const { id } = requireStub(this);
    const watcher = toCallback(callback, "Failed to execute 'onRpcBroken' on 'RpcStub'");
    const known = MapPrototypeGet(watchers, id);
    if (known !== undefined) {
      ArrayPrototypePush(known, watcher);
      return;
    }
    MapPrototypeSet(watchers, id, [watcher]);
    ops.rpc_watch(id);
  }
}
defineInterface("RpcStub", RpcStub);
defineDispose(RpcStub.prototype, function dispose(this: unknown) {
  requireStub(this).dispose();
});

function requireResult(value: unknown): Result {
  const result = isObject(value) ? WeakMapPrototypeGet(results, value) ?? WeakMapPrototypeGet(properties, value)?.value : undefined;
  if (result === undefined) throw new TypeError("Illegal invocation");
  return result;
}

abstract class Thenable {
  then(ok: any = undefined, bad: any = undefined): Promise<unknown> {
    return PromisePrototypeThen(requireResult(this).promise, ok, bad);
  }

  catch(bad: any = undefined): Promise<unknown> {
    return PromisePrototypeThen(requireResult(this).promise, undefined, bad);
  }

  finally(callback: any = undefined): Promise<unknown> {
    const { promise } = requireResult(this);
    if (typeof callback !== "function") return PromisePrototypeThen(promise, callback, callback);
    return PromisePrototypeThen(
      promise,
      (value) => PromisePrototypeThen(PromiseResolve(FunctionPrototypeCall(callback, undefined)), () => value),
      (error) => PromisePrototypeThen(PromiseResolve(FunctionPrototypeCall(callback, undefined)), () => { throw error; }),
    );
  }
}

export class RpcPromise extends Thenable {
  constructor() {
    super();
    throw new TypeError("Illegal constructor");
  }
}
flatten(RpcPromise);
defineInterface("RpcPromise", RpcPromise);
defineDispose(RpcPromise.prototype, function dispose(this: unknown) {
  requireResult(this).dispose();
});

export class RpcProperty extends Thenable {
  constructor() {
    super();
    throw new TypeError("Illegal constructor");
  }
}
flatten(RpcProperty);
defineInterface("RpcProperty", RpcProperty);

// Both have the methods of their own.
function flatten(constructor: { readonly prototype: object }): void {
  const { then, catch: caught, finally: lastly } = Thenable.prototype;
  const methods: [string, Function][] = [["then", then], ["catch", caught], ["finally", lastly]];
  for (let i = 0; i < methods.length; i++) {
    ObjectDefineProperty(constructor.prototype, methods[i]![0], { __proto__: null, value: methods[i]![1], writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
  }
  ObjectSetPrototypeOf(constructor.prototype, ObjectPrototype);
}

function defineDispose(prototype: object, dispose: Function): void {
  ObjectDefineProperty(prototype, SymbolDispose, { __proto__: null, value: dispose, writable: true, configurable: true } as PropertyDescriptor);
}
