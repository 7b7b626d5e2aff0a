// What of an object others can reach (https://developers.cloudflare.com/workers/runtime-apis/rpc/visibility/).
import { ObjectGetPrototypeOf, ObjectPrototype, ObjectPrototypeHasOwnProperty } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { ops } from "../core/ops.ts";
import * as kinds from "../core/value-kinds.ts";
import { RpcTarget } from "./rpc-target.ts";
import { stubName, stubStateOf } from "./stub-state.ts";
import { findAddress } from "./fetcher.ts";

/** Where a path begins. */
export interface RpcRoot {
  readonly target: object;
  /** Own properties can be reached, as of a plain object; otherwise what the object's class has, and nothing of its own. */
  readonly ownProperties: boolean;
  /** It is an entrypoint, some of whose methods are called in other ways. */
  readonly isEntrypoint?: boolean;
  /** Goes behind the arguments of a method of the target itself: `env` and `ctx` for handlers that are not methods of a class. */
  readonly further: readonly unknown[] | undefined;
}

export interface Found {
  readonly value: unknown;
  readonly self: unknown;
}

// Of any target, and of an entrypoint.
const reserved: Record<string, boolean> = { __proto__: null as never, constructor: true, dup: true };
const reservedOfEntrypoints: Record<string, boolean> = {
  __proto__: null as never, alarm: true, connect: true, constructor: true, dup: true, fetch: true, webSocketClose: true, webSocketError: true, webSocketMessage: true,
};

function notThere(name: string): never {
  throw new TypeError(`The RPC receiver does not implement the method "${name}".`);
}

function property(object: object, name: string, ownProperties: boolean, names: Record<string, boolean>): unknown {
  if (names[name] === true) throw new TypeError(`'${name}' is a reserved method and cannot be called over RPC.`);
  if (ObjectPrototypeHasOwnProperty(object, name) !== ownProperties) notThere(name);
  const value = (object as Record<string, unknown>)[name];
  // What every object has, whoever put it there.
  if (!ownProperties && value === (ObjectPrototype as unknown as Record<string, unknown>)[name]) notThere(name);
  return value;
}

/** Whether an object's own properties can be reached; undefined when nothing of it can. */
export function reachOf(object: object): boolean | undefined {
  if (stubStateOf(object) !== undefined || stubName(object) !== undefined || findAddress(object) !== undefined) return false;
  const prototype = ObjectGetPrototypeOf(object);
  if (prototype === ObjectPrototype || prototype === null) return true;
  for (let each: object | null = prototype; each !== null; each = ObjectGetPrototypeOf(each)) if (each === RpcTarget.prototype) return false;
  return typeof object === "function" || ops.inspect_kind(object) === kinds.ARRAY ? true : undefined;
}

/** Follows a path of names. */
export function findProperty(root: RpcRoot, path: readonly string[]): Found {
  let object = root.target;
  if (path.length === 0) return { value: object, self: undefined };
  let ownProperties = root.ownProperties;
  const names = root.isEntrypoint === true ? reservedOfEntrypoints : reserved;
  for (let i = 0; i + 1 < path.length; i++) {
    const next = property(object, path[i]!, ownProperties, names);
    const reach = isObject(next) ? reachOf(next) : undefined;
    if (reach === undefined) notThere(path[i]!);
    object = next as object;
    ownProperties = reach!;
  }
  return { value: property(object, path[path.length - 1]!, ownProperties, names), self: object };
}
