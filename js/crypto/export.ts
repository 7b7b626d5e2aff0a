import type { DOMException } from "../events/index.ts";
import { invalidAccessError, notSupportedError } from "./errors.ts";
import type { KeyMaterial } from "./key.ts";
import type { KeyFormat } from "./mechanism.ts";

/** Why an asymmetric key has no such export: it is the other half of the pair, or the algorithm lacks the format. */
export function unexportable(format: KeyFormat, key: KeyMaterial): DOMException {
  const { name } = key.mechanism;
  return format === "pkcs8" || format === "spki" || key.type === "private"
    ? invalidAccessError(`Unable to export a ${key.type} ${name} key to format '${format}'.`)
    : notSupportedError(`Unable to export a ${name} key to format '${format}'.`);
}
