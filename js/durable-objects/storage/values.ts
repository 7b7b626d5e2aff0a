// Values as they are stored.
import { MapPrototypeSet } from "../../core/primordials.ts";
import { deserializeStored } from "../../structured-clone/stored.ts";

export { deserializeStored as deserialize, serializeStored as serialize } from "../../structured-clone/stored.ts";

const OriginalMap = Map;

/** Pairs as the host gives them: key, value, key, value… */
export function toMap(pairs: readonly (string | Uint8Array)[]): Map<string, unknown> {
  const map = new OriginalMap<string, unknown>();
  for (let i = 0; i < pairs.length; i += 2) MapPrototypeSet(map, pairs[i] as string, deserializeStored(pairs[i + 1] as Uint8Array));
  return map;
}
