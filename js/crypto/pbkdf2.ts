import { ops } from "../core/ops.ts";
import { derivationKeys, wholeBytes } from "./derivation-key.ts";
import { notSupportedError, operationError } from "./errors.ts";
import { requiredHash } from "./hash.ts";
import { mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { requiredBytes, requiredUnsignedLong } from "./parameters.ts";

interface Pbkdf2Parameters { hash: string; iterations: number; salt: Bytes }

// The limit of Workers, with its wording: libraries look for it.
const maximumIterations = 100_000;

/** https://w3c.github.io/webcrypto/#pbkdf2 */
export const pbkdf2 = mechanism({
  ...derivationKeys("PBKDF2"),
  deriveBits: {
    read: (source): Pbkdf2Parameters => ({
      hash: requiredHash(source),
      iterations: requiredUnsignedLong(source, "iterations"),
      salt: requiredBytes(source, "salt"),
    }),
    run({ hash, iterations, salt }: Pbkdf2Parameters, key, length) {
      const bytes = wholeBytes(length, "PBKDF2");
      if (iterations === 0) throw operationError("PBKDF2 iterations must not be zero.");
      if (iterations > maximumIterations) {
        throw notSupportedError(`Pbkdf2 failed: iteration counts above ${maximumIterations} are not supported (requested ${iterations}).`);
      }
      return ops.crypto_pbkdf2_async(hash, key.bytes, salt, iterations, bytes);
    },
  },
});
