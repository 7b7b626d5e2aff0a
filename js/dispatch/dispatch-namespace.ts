// https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/configuration/dynamic-dispatch/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ObjectCreate } from "../core/primordials.ts";
import { isObject, requireArguments, toDOMString } from "../core/webidl.ts";
import { createServiceStub, serializePlain } from "../rpc/index.ts";
import { readLimits } from "./limits.ts";
import "./ops.ts";

const key = {};

export class DispatchNamespace {
  readonly #place: number;
  /** What the outbound Worker may be told; undefined when there is none. */
  readonly #parameters: readonly string[] | undefined;

  constructor(given: unknown, place: number, parameters: readonly string[] | undefined) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
    this.#parameters = parameters;
  }

  /** A stub of a user Worker. Whether there is one turns out when it is called. */
  get(name: unknown, args: unknown = undefined, options: unknown = undefined): object {
    const place = this.#place;
    requireArguments(arguments.length, 1, "Failed to execute 'get' on 'DispatchNamespace'");
    const script = toDOMString(name);
    if (args !== undefined && args !== null && !isObject(args)) throw new TypeError("Failed to execute 'get' on 'DispatchNamespace': parameter 2 is not of type 'object'.");
    if (options !== undefined && options !== null && !isObject(options)) throw new TypeError("Failed to execute 'get' on 'DispatchNamespace': parameter 3 is not of type 'DynamicDispatchOptions'.");
    const { limits, outbound } = (options ?? {}) as { limits?: unknown; outbound?: unknown };
    const { cpuMs, subRequests } = readLimits(limits);
    return createServiceStub(ops.dispatch_get(place, script, cpuMs, subRequests, this.#serialize(outbound)));
  }

  #serialize(outbound: unknown): Uint8Array | undefined {
    if (outbound === undefined || outbound === null) return undefined;
    if (!isObject(outbound)) throw new TypeError("The 'outbound' of a dispatched Worker must be an object with the parameters of its outbound Worker.");
    const names = this.#parameters;
    if (names === undefined) throw new TypeError("'outbound' has parameters for an outbound Worker, but the dispatch namespace is bound without one: set \"outbound\" in the binding.");
    const told = ObjectCreate(null) as Record<string, unknown>;
    for (let i = 0; i < names.length; i++) {
      const value = (outbound as Record<string, unknown>)[names[i]!];
      if (value !== undefined) told[names[i]!] = value;
    }
    return serializePlain(told, "The parameters of an outbound Worker");
  }
}
defineInterface("DispatchNamespace", DispatchNamespace);

export function createDispatchNamespace(place: number, parameters: readonly string[] | undefined): DispatchNamespace {
  return new DispatchNamespace(key, place, parameters);
}
