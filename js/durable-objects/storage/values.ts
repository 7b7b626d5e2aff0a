// Values as they are stored: V8's serialisation of a structured clone.
import { isPlatformObject } from "../../core/define.ts";
import { ops } from "../../core/ops.ts";
import { MapPrototypeSet, ObjectPrototypeToString, StringPrototypeSlice } from "../../core/primordials.ts";
import { createDOMException } from "../../events/index.ts";

const OriginalMap = Map;

const hooks = {
  __proto__: null,
  fail,
  module: () => fail("A WebAssembly.Module cannot be stored."),
  write: (object: object) => {
    if (isPlatformObject(object)) {
      fail(`Could not serialize object of type "${StringPrototypeSlice(ObjectPrototypeToString(object), 8, -1)}". This type does not support serialization.`);
    }
    return undefined;
  },
} as any;

export function serialize(value: unknown): Uint8Array {
  return ops.serialize(value, [], hooks);
}

export function deserialize(bytes: Uint8Array): unknown {
  return ops.deserialize(bytes, [], undefined);
}

/** Pairs as the host gives them: key, value, key, value… */
export function toMap(pairs: readonly (string | Uint8Array)[]): Map<string, unknown> {
  const map = new OriginalMap<string, unknown>();
  for (let i = 0; i < pairs.length; i += 2) MapPrototypeSet(map, pairs[i] as string, deserialize(pairs[i + 1] as Uint8Array));
  return map;
}

function fail(message: string): never {
  throw createDOMException("DataCloneError", message);
}
