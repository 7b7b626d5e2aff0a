// https://developers.cloudflare.com/durable-objects/api/namespace/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ObjectPrototype, ObjectSetPrototypeOf, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { requireArguments, toDictionary, toDOMString } from "../core/webidl.ts";
import { createId, type DurableObjectId, idText, isId } from "./id.ts";
import { createCallable } from "./object-class.ts";
import { createStub } from "./stub.ts";
import "./ops.ts";

const internal = { __proto__: null };

interface GetOptions { locationHint?: unknown; routingMode?: unknown }

// Private members are of whatever the base's constructor returns: so a function can be a namespace.
class Base {
  constructor(target: object | undefined) {
    if (target !== undefined) return target;
  }
}

export class DurableObjectNamespace extends Base {
  #namespace: string;
  #jurisdiction: string | undefined;

  constructor(token: unknown, namespace: string, jurisdiction: string | undefined, target: object | undefined = undefined) {
    super(target);
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#namespace = namespace;
    this.#jurisdiction = jurisdiction;
  }

  newUniqueId(options: { jurisdiction?: unknown } | undefined = undefined): DurableObjectId {
    const namespace = this.#namespace;
    const given = toDictionary(options, "Failed to execute 'newUniqueId' on 'DurableObjectNamespace'").jurisdiction;
    const jurisdiction = given === undefined || given === null ? this.#jurisdiction : toDOMString(given);
    if (this.#jurisdiction !== undefined && jurisdiction !== this.#jurisdiction) {
      throw new TypeError("newUniqueId called on jurisdictional subnamespace with a different jurisdiction");
    }
    return createId(ops.object_id_new(namespace, jurisdiction), undefined, jurisdiction);
  }

  idFromName(name: unknown): DurableObjectId {
    const namespace = this.#namespace;
    requireArguments(arguments.length, 1, "Failed to execute 'idFromName' on 'DurableObjectNamespace'");
    const text = toDOMString(name);
    return createId(ops.object_id_from_name(namespace, this.#jurisdiction, text), text, this.#jurisdiction);
  }

  idFromString(id: unknown): DurableObjectId {
    const namespace = this.#namespace;
    requireArguments(arguments.length, 1, "Failed to execute 'idFromString' on 'DurableObjectNamespace'");
    const text = StringPrototypeToLowerCase(toDOMString(id));
    if (text.length !== 64 || !isHex(text)) throw new TypeError("Invalid Durable Object ID: must be 64 hex digits");
    const jurisdiction = this.#read(namespace, text);
    return createId(text, undefined, jurisdiction);
  }

  get(id: unknown, options: GetOptions | undefined = undefined): object {
    const namespace = this.#namespace;
    const what = "Failed to execute 'get' on 'DurableObjectNamespace'";
    requireArguments(arguments.length, 1, what);
    if (!isId(id)) throw new TypeError(`${what}: parameter 1 is not of type 'DurableObjectId'.`);
    checkOptions(options, what);
    this.#read(namespace, idText(id));
    return createStub(namespace, id);
  }

  getByName(name: unknown, options: GetOptions | undefined = undefined): object {
    this.#namespace;
    requireArguments(arguments.length, 1, "Failed to execute 'getByName' on 'DurableObjectNamespace'");
    const id = this.idFromName(name);
    checkOptions(options, "Failed to execute 'getByName' on 'DurableObjectNamespace'");
    return createStub(this.#namespace, id);
  }

  jurisdiction(jurisdiction: unknown = undefined): DurableObjectNamespace {
    const namespace = this.#namespace;
    if (jurisdiction === undefined || jurisdiction === null) return createNamespace(namespace);
    const name = toDOMString(jurisdiction);
    // What is none is told at once.
    ops.object_id_from_name(namespace, name, "");
    return new DurableObjectNamespace(internal, namespace, name);
  }

  #read(namespace: string, text: string): string {
    const jurisdiction = ops.object_id_read(namespace, text);
    if (jurisdiction === undefined) throw new TypeError("Durable Object ID is not valid for this namespace.");
    if (this.#jurisdiction !== undefined && jurisdiction !== this.#jurisdiction) {
      throw new TypeError("get called on jurisdictional subnamespace with an ID from a different jurisdiction");
    }
    return jurisdiction;
  }
}
ObjectSetPrototypeOf(DurableObjectNamespace.prototype, ObjectPrototype);
defineInterface("DurableObjectNamespace", DurableObjectNamespace);

/** A class of `ctx.exports` that has a namespace: both. */
export class LoopbackDurableObjectNamespace extends DurableObjectNamespace {}
defineInterface("LoopbackDurableObjectNamespace", LoopbackDurableObjectNamespace);

/** The namespace of a binding, or of a class of the worker's own. */
export function createNamespace(namespace: string): DurableObjectNamespace {
  return new DurableObjectNamespace(internal, namespace, undefined);
}

/** The namespace of a class of the worker's own, which can be called for the class with other props. */
export function createLoopbackNamespace(className: string): DurableObjectNamespace {
  const target = createCallable(className, LoopbackDurableObjectNamespace.prototype, "LoopbackDurableObjectNamespace");
  return new LoopbackDurableObjectNamespace(internal, `\n${className}`, undefined, target);
}

// https://developers.cloudflare.com/durable-objects/reference/data-location/#supported-locations
const locations = ["wnam", "enam", "sam", "weur", "eeur", "apac", "apac-ne", "apac-se", "oc", "afr", "me"] as const;

// There is one place: what could be meant is accepted, what is misspelled is told.
function checkOptions(options: GetOptions | undefined, what: string): void {
  const { locationHint, routingMode } = toDictionary(options, what);
  if (locationHint !== undefined) checkLocation(toDOMString(locationHint));
  if (routingMode !== undefined && routingMode !== "primary-only") throw new RangeError(`unknown routingMode: ${toDOMString(routingMode)}`);
}

function checkLocation(hint: string): void {
  let known = "";
  for (let i = 0; i < locations.length; i++) {
    if (locations[i] === hint) return;
    known += (i === 0 ? "" : ", ") + locations[i]!;
  }
  throw new TypeError(`Invalid location hint: ${hint}. There are ${known}.`);
}

function isHex(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (!((c >= "0" && c <= "9") || (c >= "a" && c <= "f"))) return false;
  }
  return true;
}
