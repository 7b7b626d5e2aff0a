import { ops } from "../core/ops.ts";
import { operationError } from "./errors.ts";
import { hashShape } from "./hash.ts";
import { mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { optionalBytes, type ParameterSource } from "./parameters.ts";
import { rsaKeys } from "./rsa-key.ts";
import { Usage } from "./usages.ts";

interface RsaOaepParameters { label: Bytes | undefined }

const read = (source: ParameterSource): RsaOaepParameters => ({ label: optionalBytes(source, "label") });
const OriginalUint8Array = Uint8Array;

/** https://w3c.github.io/webcrypto/#rsa-oaep */
export const rsaOaep = mechanism({
  ...rsaKeys({
    name: "RSA-OAEP",
    privateUsages: Usage.decrypt | Usage.unwrapKey,
    publicUsages: Usage.encrypt | Usage.wrapKey,
    use: "enc",
    jwkName: (hash) => hash === "SHA-1" ? "RSA-OAEP" : `RSA-OAEP-${hashShape(hash).jwk}`,
  }),
  encrypt: {
    read,
    run({ label }: RsaOaepParameters, key, data) {
      const result = ops.crypto_rsa_oaep_encrypt(key.hash!, label ?? new OriginalUint8Array(0), key.bytes, data);
      if (result === null) throw operationError("RSA-OAEP encryption failed: the data is too long for the key.");
      return result;
    },
  },
  decrypt: {
    read,
    run({ label }: RsaOaepParameters, key, data) {
      const result = ops.crypto_rsa_oaep_decrypt(key.hash!, label ?? new OriginalUint8Array(0), key.bytes, data);
      if (result === null) throw operationError("RSA-OAEP decryption failed.");
      return result;
    },
  },
});
