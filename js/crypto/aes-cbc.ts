import { ops } from "../core/ops.ts";
import { lengthOf } from "./buffer-source.ts";
import { aesKeys } from "./aes-key.ts";
import { operationError } from "./errors.ts";
import type { KeyMaterial } from "./key.ts";
import { mechanism } from "./mechanism.ts";
import { asyncThreshold, type Bytes } from "./ops.ts";
import { type ParameterSource, requiredBytes } from "./parameters.ts";
import { Usage } from "./usages.ts";

interface AesCbcParameters { iv: Bytes }

const read = (source: ParameterSource): AesCbcParameters => ({ iv: requiredBytes(source, "iv") });

const step = (encrypt: boolean) => ({
  read,
  async run({ iv }: AesCbcParameters, key: KeyMaterial, data: Bytes): Promise<Bytes> {
    if (lengthOf(iv) !== 16) throw operationError(`AES-CBC iv must be 16 bytes long, not ${lengthOf(iv)}.`);
    const result = lengthOf(data) > asyncThreshold
      ? await ops.crypto_aes_cbc_async(encrypt, key.bytes, iv, data)
      : ops.crypto_aes_cbc(encrypt, key.bytes, iv, data);
    if (result === null) throw operationError("AES-CBC decryption failed.");
    return result;
  },
});

/** https://w3c.github.io/webcrypto/#aes-cbc */
export const aesCbc = mechanism({
  ...aesKeys("CBC", Usage.encrypt | Usage.decrypt | Usage.wrapKey | Usage.unwrapKey),
  encrypt: step(true),
  decrypt: step(false),
});
