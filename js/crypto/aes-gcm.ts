import { ops } from "../core/ops.ts";
import { lengthOf } from "./buffer-source.ts";
import { aesKeys } from "./aes-key.ts";
import { operationError } from "./errors.ts";
import type { KeyMaterial } from "./key.ts";
import { mechanism } from "./mechanism.ts";
import { asyncThreshold, type Bytes } from "./ops.ts";
import { optionalBytes, optionalOctet, type ParameterSource, requiredBytes } from "./parameters.ts";
import { Usage } from "./usages.ts";

interface AesGcmParameters { additionalData: Bytes | undefined; iv: Bytes; tagLength: number | undefined }

const read = (source: ParameterSource): AesGcmParameters => ({
  additionalData: optionalBytes(source, "additionalData"),
  iv: requiredBytes(source, "iv"),
  tagLength: optionalOctet(source, "tagLength"),
});

const isTagLength = (bits: number): boolean => bits === 32 || bits === 64 || (bits >= 96 && bits <= 128 && bits % 8 === 0);
const OriginalUint8Array = Uint8Array;

const step = (encrypt: boolean) => ({
  read,
  async run({ additionalData, iv, tagLength = 128 }: AesGcmParameters, key: KeyMaterial, data: Bytes): Promise<Bytes> {
    if (!isTagLength(tagLength)) throw operationError(`AES-GCM tagLength of ${tagLength} bits is not allowed.`);
    if (lengthOf(iv) === 0) throw operationError("AES-GCM iv must not be empty.");
    if (!encrypt && lengthOf(data) < tagLength / 8) throw operationError("AES-GCM data is shorter than the tag.");
    const additional = additionalData ?? new OriginalUint8Array(0);
    const result = lengthOf(data) > asyncThreshold
      ? await ops.crypto_aes_gcm_async(encrypt, key.bytes, iv, additional, tagLength / 8, data)
      : ops.crypto_aes_gcm(encrypt, key.bytes, iv, additional, tagLength / 8, data);
    if (result === null) throw operationError("AES-GCM decryption failed: the tag does not match.");
    return result;
  },
});

/** https://w3c.github.io/webcrypto/#aes-gcm */
export const aesGcm = mechanism({
  ...aesKeys("GCM", Usage.encrypt | Usage.decrypt | Usage.wrapKey | Usage.unwrapKey),
  encrypt: step(true),
  decrypt: step(false),
});
