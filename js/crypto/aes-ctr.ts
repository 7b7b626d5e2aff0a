import { ops } from "../core/ops.ts";
import { lengthOf } from "./buffer-source.ts";
import { aesKeys } from "./aes-key.ts";
import { operationError } from "./errors.ts";
import type { KeyMaterial } from "./key.ts";
import { mechanism } from "./mechanism.ts";
import { asyncThreshold, type Bytes } from "./ops.ts";
import { type ParameterSource, requiredBytes, requiredOctet } from "./parameters.ts";
import { Usage } from "./usages.ts";

interface AesCtrParameters { counter: Bytes; length: number }

const step = {
  read: (source: ParameterSource): AesCtrParameters => ({ counter: requiredBytes(source, "counter"), length: requiredOctet(source, "length") }),
  run({ counter, length }: AesCtrParameters, key: KeyMaterial, data: Bytes): Bytes | Promise<Bytes> {
    if (lengthOf(counter) !== 16) throw operationError(`AES-CTR counter must be 16 bytes long, not ${lengthOf(counter)}.`);
    if (length < 1 || length > 128) throw operationError(`AES-CTR length must be between 1 and 128 bits, not ${length}.`);
    // A counter value that comes round would encrypt two blocks alike.
    if (lengthOf(data) / 16 > 2 ** length) throw operationError(`AES-CTR data is too long for a counter of ${length} bits.`);
    return lengthOf(data) > asyncThreshold
      ? ops.crypto_aes_ctr_async(key.bytes, counter, length, data)
      : ops.crypto_aes_ctr(key.bytes, counter, length, data);
  },
};

/** https://w3c.github.io/webcrypto/#aes-ctr */
export const aesCtr = mechanism({
  ...aesKeys("CTR", Usage.encrypt | Usage.decrypt | Usage.wrapKey | Usage.unwrapKey),
  encrypt: step,
  decrypt: step,
});
