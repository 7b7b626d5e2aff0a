// The arguments of a console call as a JSON array, for whoever tails the worker: by workerd's rules, so that a log reads the same
// there and here. Unlike looking at values for the terminal this runs code of the worker's (toJSON, toString, getters).
import { ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, JSONStringify, ObjectGetPrototypeOf } from "../core/primordials.ts";
import { dataProperty } from "./properties.ts";

const OriginalString = String;
const objectPrototype = Object.prototype;

export function traceArguments(data: readonly unknown[]): string {
  const parts: string[] = [];
  for (let i = 0; i < data.length; i++) ArrayPrototypePush(parts, traceArgument(data[i]));
  return `[${ArrayPrototypeJoin(parts, ",")}]`;
}

function traceArgument(value: unknown): string {
  try {
    // What JSON has no word for (a function with a toJSON that gives none) is null.
    return (isJson(value) ? JSONStringify(value) : JSONStringify(OriginalString(value))) ?? "null";
  } catch {
    // A cycle, a BigInt within, a getter that throws: the log goes on.
    return "{}";
  }
}

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case "object": break;
    case "bigint":
    case "symbol":
    case "function": return false;
    default: return true;
  }
  if (value === null || ArrayIsArray(value)) return true;
  const prototype: unknown = ObjectGetPrototypeOf(value);
  return prototype === objectPrototype || prototype === null || typeof dataProperty(value as object, "toJSON") === "function";
}
