// What Workflows take and make is kept twice: as structured cloning writes it, and as JSON for whoever looks at it.
import { JSONParse, JSONStringify } from "../core/primordials.ts";
import { deserializeStored, serializeStored } from "../structured-clone/stored.ts";

export interface Packed { bytes: Uint8Array; json: string | null }

/** Throws what cannot be kept. */
export function pack(value: unknown): Packed {
  const bytes = serializeStored(value);
  let json: string | null = null;
  try {
    json = JSONStringify(value) ?? null;
  } catch {
    // Circular, or with a BigInt: it has no such form.
  }
  return { bytes, json };
}

export function unpack(bytes: Uint8Array | null | undefined, json: string | null | undefined): unknown {
  if (bytes !== null && bytes !== undefined) return deserializeStored(bytes);
  return json === null || json === undefined ? undefined : JSONParse(json);
}
