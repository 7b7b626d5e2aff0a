// Looking at objects without running code of the worker's: no getter is called, no proxy asked.
import { ops } from "../core/ops.ts";
import { describeProperty, ObjectGetPrototypeOf, StringPrototypeSlice } from "../core/primordials.ts";
import { PROXY } from "../core/value-kinds.ts";

export function isProxy(value: object): boolean {
  return ops.inspect_kind(value) === PROXY;
}

/** A data property found on the object or its prototypes; undefined when there is none, or a getter. */
export function dataProperty(object: object, key: PropertyKey): unknown {
  for (let owner: object | null = object; owner !== null && !isProxy(owner); owner = ObjectGetPrototypeOf(owner)) {
    const property = describeProperty(owner, key);
    if (property !== undefined) return property.value;
  }
  return undefined;
}

/** The name of the class that an object belongs to; null for an object without prototype, "" for an unknown one. */
export function className(object: object): string | null {
  let owner: object | null = object;
  if (!isProxy(object) && ObjectGetPrototypeOf(object) === null) return null;
  for (let depth = 0; owner !== null && depth < 100 && !isProxy(owner); depth++) {
    const constructor: unknown = describeProperty(owner, "constructor")?.value;
    if (typeof constructor === "function") {
      const name = functionName(constructor);
      if (name !== "") return name;
    }
    owner = ObjectGetPrototypeOf(owner);
  }
  return "";
}

export function functionName(fn: Function): string {
  if (isProxy(fn)) return "";
  const name: unknown = describeProperty(fn, "name")?.value;
  return typeof name !== "string" ? "" : name.length > 200 ? StringPrototypeSlice(name, 0, 200) : name;
}
