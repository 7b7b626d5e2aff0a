// `ctx.facets`: https://developers.cloudflare.com/dynamic-workers/usage/durable-object-facets/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, ObjectCreate, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { isObject, requireArguments, toCallback, toDOMString } from "../core/webidl.ts";
import { Origin, type ServiceAddress } from "../rpc/address.ts";
import { Fetcher, stubOver } from "../rpc/index.ts";
import { type DurableObjectId, idText, isId } from "./id.ts";
import { findClass } from "./object-class.ts";
import "./ops.ts";

const key = {};
const longestName = 256;
/** Of objects within each other, the outermost included. */
const mostDepth = 4;

/** A facet, named when the stub is first used. What the name stands for then is what the stub calls for good. */
class FacetAddress implements ServiceAddress {
  readonly entrypoint = "";
  readonly props = undefined;
  readonly origin = Origin.facet;
  readonly #facets: DurableObjectFacets;
  readonly #name: string;
  readonly #callback: Function;
  #facet: number | undefined;

  constructor(facets: DurableObjectFacets, name: string, callback: Function) {
    this.#facets = facets;
    this.#name = name;
    this.#callback = callback;
  }

  get binding(): number {
    return this.#facet ??= useFacet(this.#facets, this.#name, this.#callback);
  }
}

let useFacet: (facets: DurableObjectFacets, name: string, callback: Function) => number;

export class DurableObjectFacets {
  readonly #object: number;
  readonly #id: DurableObjectId | string;
  readonly #depth: number;

  constructor(given: unknown, object: number, id: DurableObjectId | string, depth: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#object = object;
    this.#id = id;
    this.#depth = depth;
  }

  /** A stub of the facet. When none of this name runs, `getStartupOptions` is asked what it is made of. */
  get(name: unknown, getStartupOptions: unknown): object {
    this.#object;
    const what = "Failed to execute 'get' on 'DurableObjectFacets'";
    requireArguments(arguments.length, 2, what);
    const named = toName(name);
    const callback = toCallback(getStartupOptions, what);
    if (this.#depth + 1 >= mostDepth) throw new Error(`Facet nesting depth limit exceeded. The maximum depth including the root Durable Object is ${mostDepth}.`);
    return stubOver(ObjectCreate(Fetcher.prototype) as object, new FacetAddress(this, named, callback));
  }

  /** Ends the facet, if it runs: its stubs fail with `reason` from now on. */
  abort(name: unknown, reason: unknown = undefined): void {
    const object = this.#object;
    requireArguments(arguments.length, 1, "Failed to execute 'abort' on 'DurableObjectFacets'");
    ops.facet_abort(object, toName(name), reason === undefined ? new Error("Facet was aborted.") : toError(reason));
  }

  /** The same, and deletes what it has stored. */
  delete(name: unknown): void {
    const object = this.#object;
    requireArguments(arguments.length, 1, "Failed to execute 'delete' on 'DurableObjectFacets'");
    ops.facet_delete(object, toName(name));
  }

  /** Refused: a facet that runs would have to be stopped for as long as its database is copied. */
  clone(src: unknown, dst: unknown): never {
    this.#object;
    requireArguments(arguments.length, 2, "Failed to execute 'clone' on 'DurableObjectFacets'");
    toName(src);
    toName(dst);
    throw new Error("ctx.facets.clone() is not supported by Skep. Let the facet give what it has stored to another, by a method of its class.");
  }

  #start(facet: number, given: unknown): void {
    const { class: of, id } = (isObject(given) ? given : {}) as { class?: unknown; id?: unknown };
    const found = findClass(of);
    if (found === undefined) throw new TypeError("Incorrect type for the 'class' field on 'StartupOptions': the provided value is not of type 'DurableObjectClass'.");
    const own = id === undefined ? this.#id : isId(id) ? id : toDOMString(id);
    if (typeof own === "string") ops.facet_start(this.#object, facet, found.worker, found.name, found.props, own, undefined, undefined, true);
    else ops.facet_start(this.#object, facet, found.worker, found.name, found.props, idText(own), own.name, own.jurisdiction, false);
  }

  static {
    useFacet = (facets, name, callback) => {
      const object = facets.#object;
      const [facet, wanted] = ops.facet_use(object, name);
      if (wanted) {
        const asked = PromisePrototypeThen(PromiseResolve(undefined), () => FunctionPrototypeCall(callback, undefined));
        PromisePrototypeThen(PromisePrototypeThen(asked, (given: unknown) => facets.#start(facet, given)), undefined, (error: unknown) => ops.facet_fail(object, facet, toError(error)));
      }
      return facet;
    };
  }
}
defineInterface("DurableObjectFacets", DurableObjectFacets);

// Whatever can be thrown: a symbol, too.
function toError(thrown: unknown): object {
  return isObject(thrown) ? thrown : new Error(String(thrown));
}

function toName(value: unknown): string {
  const name = toDOMString(value);
  if (name.length > longestName) throw new TypeError(`Facet name is too long (max ${longestName} characters).`);
  return name;
}

export function createFacets(object: number, id: DurableObjectId | string, depth: number): DurableObjectFacets {
  return new DurableObjectFacets(key, object, id, depth);
}
