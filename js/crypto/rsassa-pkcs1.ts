import { ops } from "../core/ops.ts";
import { operationError } from "./errors.ts";
import { hashShape } from "./hash.ts";
import { mechanism } from "./mechanism.ts";
import { rsaKeys } from "./rsa-key.ts";
import { Usage } from "./usages.ts";

// Where the host expects the salt length of PSS.
const pkcs1 = -1;

/** https://w3c.github.io/webcrypto/#rsassa-pkcs1 */
export const rsassaPkcs1 = mechanism({
  ...rsaKeys({
    name: "RSASSA-PKCS1-v1_5",
    privateUsages: Usage.sign,
    publicUsages: Usage.verify,
    use: "sig",
    jwkName: (hash) => `RS${hashShape(hash).jwk}`,
  }),
  sign: {
    run(_, key, data) {
      const signature = ops.crypto_rsa_sign(key.hash!, pkcs1, key.bytes, data);
      if (signature === null) throw operationError("RSASSA-PKCS1-v1_5 signing failed: the key is too small for the hash.");
      return signature;
    },
  },
  verify: { run: (_, key, signature, data) => ops.crypto_rsa_verify(key.hash!, pkcs1, key.bytes, signature, data) },
});
