// HKDF and PBKDF2 keys: bytes that other keys are derived from. They come in raw and never leave.
import { copyBytes } from "../core/bytes.ts";
import { notSupportedError, operationError, syntaxError } from "./errors.ts";
import type { Mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { requireUsages, Usage } from "./usages.ts";

export function derivationKeys(name: string): Pick<Mechanism, "name" | "importKey" | "getKeyLength" | "describe"> {
  return {
    name,
    importKey: {
      run(_, format, data, extractable, usages) {
        if (format !== "raw") throw notSupportedError(`Unable to import a ${name} key from format '${format}'.`);
        requireUsages(usages, Usage.deriveKey | Usage.deriveBits, name);
        if (extractable) throw syntaxError(`${name} keys cannot be extractable.`);
        return { type: "secret", bytes: copyBytes(data as Bytes) };
      },
    },
    getKeyLength: { run: () => null },
    describe: () => ({ name }),
  };
}

/** The whole number of bytes that a caller asked for in bits. */
export function wholeBytes(length: number | null, name: string): number {
  if (length === null) throw operationError(`${name} needs a length.`);
  if (length % 8 !== 0) throw operationError(`${name} length must be a multiple of 8 bits, not ${length}.`);
  return length / 8;
}
