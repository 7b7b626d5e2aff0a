// `ctx.exports`: the worker's own entrypoints as if they were bound to it
// (https://developers.cloudflare.com/workers/runtime-apis/context/#exports). A call is an event within the caller's: it shares
// its limits and its life. `fetch` is what can be called.
import { runInAsyncContext } from "../core/async-context.ts";
import { currentEvent, noEvent } from "../core/async-frame.ts";
import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, ObjectSetPrototypeOf, PromisePrototypeThen, PromiseReject, PromiseResolve, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { isObject, requireArguments } from "../core/webidl.ts";
import { type RequestInit, type Response, Request, isResponse } from "../fetch/index.ts";
import { type Entrypoint, entrypointNames, findEntrypoint } from "./entrypoints.ts";

interface Target { entrypoint: Entrypoint; props: unknown }

// The stubs are functions, and a function has no private fields of its own.
const targets: WeakMap<object, Target> = new WeakMap();

export class LoopbackServiceStub {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  fetch(input: unknown, init: RequestInit | undefined = undefined): Promise<Response> {
    try {
      const { entrypoint, props } = targetOf(this);
      requireArguments(arguments.length, 1, "Failed to execute 'fetch' on 'LoopbackServiceStub'");
      const event = currentEvent();
      if (event === noEvent) throw new Error("An entrypoint of ctx.exports was called outside of any event.");
      const request = new Request(input, init);
      const result = runInAsyncContext(event, () => entrypoint.call("fetch", event, request, props), undefined, []);
      return PromisePrototypeThen(PromiseResolve(result), requireResponse) as Promise<Response>;
    } catch (error) {
      return PromiseReject(error) as Promise<Response>;
    }
  }
}
defineInterface("LoopbackServiceStub", LoopbackServiceStub);

function requireResponse(result: unknown): Response {
  if (isResponse(result)) return result;
  throw new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'.");
}

function targetOf(stub: unknown): Target {
  const target = isObject(stub) ? WeakMapPrototypeGet(targets, stub) : undefined;
  if (target === undefined) throw new TypeError("Illegal invocation");
  return target;
}

// A stub is called for one of the same entrypoint with `ctx.props` of the caller's choice.
function createStub(entrypoint: Entrypoint, props: unknown): object {
  const stub = (options: unknown = undefined): object => {
    if (options !== undefined && !isObject(options)) throw new TypeError("The options of an entrypoint of ctx.exports must be an object, such as { props: { … } }.");
    return createStub(entrypoint, (options as { props?: unknown } | undefined)?.props);
  };
  ObjectSetPrototypeOf(stub, LoopbackServiceStub.prototype);
  WeakMapPrototypeSet(targets, stub, { entrypoint, props });
  return stub;
}

let loopbacks: Record<string, object> | undefined;

/** One for every entrypoint, by the name of its export. Empty while the worker's modules are evaluated. */
export function entrypointStubs(): Record<string, object> {
  if (loopbacks !== undefined) return loopbacks;
  const stubs: Record<string, object> = {};
  const names = entrypointNames();
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    ObjectDefineProperty(stubs, name, { __proto__: null, value: createStub(findEntrypoint(name), undefined), writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
  }
  if (names.length > 0) loopbacks = stubs;
  return stubs;
}
