// Classes that facets can be of: exported ones of the worker's own (`ctx.exports`), and those of workers that it has loaded.
import { defineInterface } from "../core/define.ts";
import { ObjectCreate, ObjectSetPrototypeOf, ReflectDeleteProperty, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { serializePlain } from "../rpc/index.ts";
import { setStubName } from "../rpc/stub-state.ts";

/** Which class it is, and what its instances see as `ctx.props`. */
export interface ClassAddress {
  /** The number of a loaded worker; undefined: the worker's own. */
  readonly worker: number | undefined;
  readonly name: string;
  readonly props: Uint8Array | undefined;
}

// Beside the objects: some are functions, which have no private fields.
const addresses: WeakMap<object, ClassAddress> = new WeakMap();

/** What a value stands for; undefined when it is no class for facets. */
export function findClass(value: unknown): ClassAddress | undefined {
  return isObject(value) ? WeakMapPrototypeGet(addresses, value) : undefined;
}

export class DurableObjectClass {
  constructor() {
    throw new TypeError("Illegal constructor");
  }
}
defineInterface("DurableObjectClass", DurableObjectClass);

/** A class of `ctx.exports` that has no namespace. */
export class LoopbackDurableObjectClass extends DurableObjectClass {}
defineInterface("LoopbackDurableObjectClass", LoopbackDurableObjectClass);

export function createClass(worker: number | undefined, name: string, props: unknown): object {
  const bytes = props === undefined || props === null ? undefined : serializePlain(props, "The props of a Durable Object class");
  const made = ObjectCreate(DurableObjectClass.prototype) as object;
  WeakMapPrototypeSet(addresses, made, { worker, name, props: bytes });
  return made;
}

/** An own class, as a function that gives the class with `ctx.props` of the caller's choice. */
export function createCallable(name: string, prototype: object, interfaceName: string): object {
  const target = (options: unknown = undefined): object => {
    if (options !== undefined && !isObject(options)) throw new TypeError("The options of a class of ctx.exports must be an object, such as { props: { … } }.");
    return createClass(undefined, name, (options as { props?: unknown } | undefined)?.props);
  };
  ReflectDeleteProperty(target, "name");
  ReflectDeleteProperty(target, "length");
  ObjectSetPrototypeOf(target, prototype);
  WeakMapPrototypeSet(addresses, target, { worker: undefined, name, props: undefined });
  // A function that is no function of the worker's own.
  setStubName(target, interfaceName);
  return target;
}

export function createLoopbackClass(name: string): object {
  return createCallable(name, LoopbackDurableObjectClass.prototype, "LoopbackDurableObjectClass");
}
