import { ops } from "../core/ops.ts";
import { derivationKeys, wholeBytes } from "./derivation-key.ts";
import { operationError } from "./errors.ts";
import { hashShape, requiredHash } from "./hash.ts";
import { mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { requiredBytes } from "./parameters.ts";

interface HkdfParameters { hash: string; info: Bytes; salt: Bytes }

/** https://w3c.github.io/webcrypto/#hkdf */
export const hkdf = mechanism({
  ...derivationKeys("HKDF"),
  deriveBits: {
    read: (source): HkdfParameters => ({
      hash: requiredHash(source),
      info: requiredBytes(source, "info"),
      salt: requiredBytes(source, "salt"),
    }),
    run({ hash, info, salt }: HkdfParameters, key, length) {
      const bytes = wholeBytes(length, "HKDF");
      // RFC 5869, section 2.3.
      if (bytes > 255 * hashShape(hash).size) throw operationError(`HKDF with ${hash} cannot derive ${bytes} bytes.`);
      return ops.crypto_hkdf(hash, key.bytes, salt, info, bytes);
    },
  },
});
