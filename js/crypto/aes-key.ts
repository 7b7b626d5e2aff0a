// The key operations that the four AES modes share.
import { copyBytes } from "../core/bytes.ts";
import { ops } from "../core/ops.ts";
import { lengthOf } from "./buffer-source.ts";
import { dataError, operationError } from "./errors.ts";
import type { Jwk } from "./jwk.ts";
import type { KeyMaterial } from "./key.ts";
import type { Mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { type ParameterSource, requiredUnsignedShort } from "./parameters.ts";
import { exportSecret, importOct, importSecret } from "./secret-key.ts";
import { requireUsages, type UsageSet } from "./usages.ts";

interface AesKeyParameters { length: number }

const readLength = (source: ParameterSource): AesKeyParameters => ({ length: requiredUnsignedShort(source, "length") });
const isKeyLength = (bits: number): boolean => bits === 128 || bits === 192 || bits === 256;

export function aesKeys(mode: string, allowed: UsageSet): Pick<Mechanism, "name" | "generateKey" | "importKey" | "exportKey" | "getKeyLength" | "describe"> {
  const name = `AES-${mode}`;
  const jwkName = (bytes: number): string => `A${bytes * 8}${mode}`;
  return {
    name,
    generateKey: {
      read: readLength,
      run({ length }: AesKeyParameters, usages) {
        requireUsages(usages, allowed, name);
        if (!isKeyLength(length)) throw operationError(`${name} key length must be 128, 192 or 256 bits, not ${length}.`);
        return { type: "secret", bytes: ops.crypto_random_bytes(length / 8) };
      },
    },
    importKey: {
      run(_, format, data, extractable, usages) {
        requireUsages(usages, allowed, name);
        const source = importSecret(format, data, name);
        const bytes = format === "jwk" ? importOct(source as Jwk, "enc", extractable, usages) : copyBytes(source as Bytes);
        if (!isKeyLength(lengthOf(bytes) * 8)) throw dataError(`${name} key data must be 128, 192 or 256 bits, not ${lengthOf(bytes) * 8}.`);
        if (format === "jwk") {
          const { alg } = source as Jwk;
          if (alg !== undefined && alg !== jwkName(lengthOf(bytes))) throw dataError(`Invalid key: JWK "alg" must be "${jwkName(lengthOf(bytes))}".`);
        }
        return { type: "secret", bytes };
      },
    },
    exportKey: (format, key) => exportSecret(format, key, jwkName(lengthOf(key.bytes))),
    getKeyLength: {
      read: readLength,
      run({ length }: AesKeyParameters) {
        if (!isKeyLength(length)) throw operationError(`${name} key length must be 128, 192 or 256 bits, not ${length}.`);
        return length;
      },
    },
    describe: (key: KeyMaterial) => ({ name, length: lengthOf(key.bytes) * 8 }),
  };
}
