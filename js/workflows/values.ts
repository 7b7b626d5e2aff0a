// What Workflows take and make is kept twice: as structured cloning writes it, and as JSON for whoever looks at it.
import { ops } from "../core/ops.ts";
import { JSONParse, JSONStringify } from "../core/primordials.ts";
import { createDOMException } from "../events/index.ts";

export interface Packed { bytes: Uint8Array; json: string | null }

const hooks = {
  fail(message: string): never {
    throw createDOMException("DataCloneError", message);
  },
  // Nothing that belongs to this event outlives it.
  write: (): undefined => undefined,
  module(): never {
    throw createDOMException("DataCloneError", "A WebAssembly.Module cannot be kept by a Workflow.");
  },
};

/** Throws what cannot be kept. */
export function pack(value: unknown): Packed {
  const bytes = ops.serialize(value, [], hooks);
  let json: string | null = null;
  try {
    json = JSONStringify(value) ?? null;
  } catch {
    // Circular, or with a BigInt: it has no such form.
  }
  return { bytes, json };
}

export function unpack(bytes: Uint8Array | null | undefined, json: string | null | undefined): unknown {
  if (bytes !== null && bytes !== undefined) return ops.deserialize(bytes, [], undefined);
  return json === null || json === undefined ? undefined : JSONParse(json);
}
