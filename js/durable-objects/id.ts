// https://developers.cloudflare.com/durable-objects/api/id/
import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty } from "../core/primordials.ts";

const internal = { __proto__: null };

export let isId: (value: unknown) => value is DurableObjectId;
export let idText: (id: DurableObjectId) => string;

export class DurableObjectId {
  #text: string;
  #name: string | undefined;
  #jurisdiction: string | undefined;

  constructor(token: unknown, text: string, name: string | undefined, jurisdiction: string | undefined) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#text = text;
    this.#name = name;
    this.#jurisdiction = jurisdiction;
    // Own properties, as where ids are shown.
    if (name !== undefined) ObjectDefineProperty(this, "name", { __proto__: null, value: name, enumerable: true } as PropertyDescriptor);
    if (jurisdiction !== undefined) ObjectDefineProperty(this, "jurisdiction", { __proto__: null, value: jurisdiction, enumerable: true } as PropertyDescriptor);
  }

  toString(): string { return this.#text; }

  equals(other: unknown): boolean {
    const text = this.#text;
    if (!isId(other)) throw new TypeError("Failed to execute 'equals' on 'DurableObjectId': parameter 1 is not of type 'DurableObjectId'.");
    return other.#text === text;
  }

  get name(): string | undefined { return this.#name; }
  get jurisdiction(): string | undefined { return this.#jurisdiction; }

  static {
    isId = (value): value is DurableObjectId => typeof value === "object" && value !== null && #text in value;
    idText = (id) => id.#text;
  }
}
defineInterface("DurableObjectId", DurableObjectId);

export function createId(text: string, name: string | undefined, jurisdiction: string | undefined): DurableObjectId {
  return new DurableObjectId(internal, text, name, jurisdiction === "" ? undefined : jurisdiction);
}
