// `ctx.exports`: the worker's own entrypoints as if they were bound to it
// (https://developers.cloudflare.com/workers/runtime-apis/context/#exports).
import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, ObjectSetPrototypeOf, ReflectDeleteProperty } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { Fetcher, serializePlain, stubOver } from "../rpc/index.ts";
import { Origin, type ServiceAddress } from "../rpc/address.ts";
import { durableObjects } from "../durable-objects/lazy.ts";
import { entrypointNames, objectClassNames } from "./entrypoints.ts";
import { workerConfiguration } from "./environment.ts";

export class LoopbackServiceStub extends Fetcher {}
defineInterface("LoopbackServiceStub", LoopbackServiceStub);

// A stub is called for one of the same entrypoint with `ctx.props` of the caller's choice.
function createStub(entrypoint: string, props: Uint8Array | undefined, origin: Origin): object {
  const target = (options: unknown = undefined): object => {
    if (options !== undefined && !isObject(options)) throw new TypeError("The options of an entrypoint of ctx.exports must be an object, such as { props: { … } }.");
    const given = (options as { props?: unknown } | undefined)?.props;
    return createStub(entrypoint, given === undefined ? undefined : serializePlain(given, "The props of an entrypoint of ctx.exports"), Origin.other);
  };
  ReflectDeleteProperty(target, "name");
  ReflectDeleteProperty(target, "length");
  ObjectSetPrototypeOf(target, LoopbackServiceStub.prototype);
  return stubOver(target, { __proto__: null, binding: "", entrypoint, props, origin } as unknown as ServiceAddress);
}

let loopbacks: Record<string, object> | undefined;

/** One for every entrypoint, by the name of its export. Empty while the worker's modules are evaluated. */
export function entrypointStubs(): Record<string, object> {
  if (loopbacks !== undefined) return loopbacks;
  const stubs: Record<string, object> = {};
  const names = entrypointNames();
  for (let i = 0; i < names.length; i++) {
    define(stubs, names[i]!, createStub(names[i]!, undefined, Origin.loopback));
  }
  // Without a namespace, facets can still be of a class.
  const classes = objectClassNames();
  for (let i = 0; i < classes.length; i++) define(stubs, classes[i]!, durableObjects().createLoopbackClass(classes[i]!));
  const configured = workerConfiguration().objectClasses ?? [];
  for (let i = 0; i < configured.length; i++) define(stubs, configured[i]!.className, durableObjects().createLoopbackNamespace(configured[i]!.className));
  if (names.length > 0 || classes.length > 0 || configured.length > 0) loopbacks = stubs;
  return stubs;
}

function define(stubs: object, name: string, value: object): void {
  ObjectDefineProperty(stubs, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
}
