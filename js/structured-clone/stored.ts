// Values that outlive the isolate: V8's serialisation of a structured clone that holds nothing of the platform's.
import { isPlatformObject } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ObjectPrototypeToString, StringPrototypeSlice } from "../core/primordials.ts";
import { createDOMException } from "../events/index.ts";
import type { CloneHooks } from "./structured-clone.ts";

export function refuseClone(message: string): never {
  throw createDOMException("DataCloneError", message);
}

/** A platform object (a Request, a stream) cannot be copied. */
export function refusePlatformObject(object: object): void {
  if (!isPlatformObject(object)) return;
  refuseClone(`Could not serialize object of type "${StringPrototypeSlice(ObjectPrototypeToString(object), 8, -1)}". This type does not support serialization.`);
}

const hooks = {
  __proto__: null,
  fail: refuseClone,
  module: () => refuseClone("A WebAssembly.Module cannot be stored."),
  write: (object: object) => {
    refusePlatformObject(object);
    return undefined;
  },
} as unknown as CloneHooks;

/** Throws a DataCloneError for what cannot be kept. */
export function serializeStored(value: unknown): Uint8Array<ArrayBuffer> {
  return ops.serialize(value, [], hooks);
}

export function deserializeStored(bytes: Uint8Array): unknown {
  return ops.deserialize(bytes, [], undefined);
}
