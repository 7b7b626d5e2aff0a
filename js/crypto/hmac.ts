import { copyBytes } from "../core/bytes.ts";
import { ops } from "../core/ops.ts";
import { MathCeil } from "../core/primordials.ts";
import { lengthOf } from "./buffer-source.ts";
import { dataError, operationError } from "./errors.ts";
import { hashShape, requiredHash } from "./hash.ts";
import type { Jwk } from "./jwk.ts";
import type { KeyMaterial } from "./key.ts";
import { mechanism } from "./mechanism.ts";
import { asyncThreshold, type Bytes } from "./ops.ts";
import { optionalUnsignedLong, type ParameterSource } from "./parameters.ts";
import { exportSecret, importOct, importSecret } from "./secret-key.ts";
import { requireUsages, Usage } from "./usages.ts";

interface HmacKeyParameters { hash: string; length: number | undefined }

const readKeyParameters = (source: ParameterSource): HmacKeyParameters => ({
  hash: requiredHash(source),
  length: optionalUnsignedLong(source, "length"),
});

const allowed = Usage.sign | Usage.verify;
const jwkName = (hash: string) => `HS${hashShape(hash).jwk}`;

/** https://w3c.github.io/webcrypto/#hmac */
export const hmac = mechanism({
  name: "HMAC",
  sign: {
    run: (_, key, data) => lengthOf(data) > asyncThreshold
      ? ops.crypto_hmac_sign_async(key.hash!, key.bytes, data)
      : ops.crypto_hmac_sign(key.hash!, key.bytes, data),
  },
  verify: {
    run: (_, key, signature, data) => lengthOf(data) > asyncThreshold
      ? ops.crypto_hmac_verify_async(key.hash!, key.bytes, signature, data)
      : ops.crypto_hmac_verify(key.hash!, key.bytes, signature, data),
  },
  generateKey: {
    read: readKeyParameters,
    run({ hash, length }: HmacKeyParameters, usages) {
      requireUsages(usages, allowed, "HMAC");
      if (length === 0) throw operationError("HMAC key length must not be zero.");
      const bits = length ?? hashShape(hash).block * 8;
      return { type: "secret", bytes: truncated(ops.crypto_random_bytes(MathCeil(bits / 8)), bits), hash, length: bits };
    },
  },
  importKey: {
    read: readKeyParameters,
    run({ hash, length }: HmacKeyParameters, format, data, extractable, usages) {
      requireUsages(usages, allowed, "HMAC");
      const source = importSecret(format, data, "HMAC");
      const bytes = format === "jwk"
        ? importOct(checkedAlgorithm(source as Jwk, hash), "sig", extractable, usages)
        : copyBytes(source as Bytes);
      const bits = lengthOf(bytes) * 8;
      if (bits === 0) throw dataError("HMAC key data must not be empty.");
      if (length !== undefined && (length > bits || length <= bits - 8)) {
        throw dataError(`HMAC key length ${length} does not fit key data of ${bits} bits.`);
      }
      return { type: "secret", bytes: truncated(bytes, length ?? bits), hash, length: length ?? bits };
    },
  },
  exportKey: (format, key) => exportSecret(format, key, jwkName(key.hash!)),
  getKeyLength: {
    read: readKeyParameters,
    run({ hash, length }: HmacKeyParameters) {
      if (length === 0) throw new TypeError("HMAC key length must not be zero.");
      return length ?? hashShape(hash).block * 8;
    },
  },
  describe: (key: KeyMaterial) => ({ name: "HMAC", length: key.length, hash: { name: key.hash } }),
});

function checkedAlgorithm(jwk: Jwk, hash: string): Jwk {
  if (jwk.kty === "oct" && jwk.alg !== undefined && jwk.alg !== jwkName(hash)) {
    throw dataError(`Invalid key: JWK "alg" must be "${jwkName(hash)}".`);
  }
  return jwk;
}

/** A key of a length that is no whole number of bytes has zeros behind its last bit. */
function truncated(bytes: Bytes, bits: number): Bytes {
  if (bits % 8 !== 0) bytes[lengthOf(bytes) - 1]! &= 0xff << (8 - (bits % 8));
  return bytes;
}
