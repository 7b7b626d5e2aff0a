import { ops } from "../core/ops.ts";
import { operationError } from "./errors.ts";
import { hashShape } from "./hash.ts";
import { mechanism } from "./mechanism.ts";
import { type ParameterSource, requiredUnsignedLong } from "./parameters.ts";
import { rsaKeys } from "./rsa-key.ts";
import { Usage } from "./usages.ts";

interface RsaPssParameters { saltLength: number }

const read = (source: ParameterSource): RsaPssParameters => ({ saltLength: requiredUnsignedLong(source, "saltLength") });

// Longer than any modulus: refused before it overflows the host's integer.
const maximumSalt = 2048;

/** https://w3c.github.io/webcrypto/#rsa-pss */
export const rsaPss = mechanism({
  ...rsaKeys({
    name: "RSA-PSS",
    privateUsages: Usage.sign,
    publicUsages: Usage.verify,
    use: "sig",
    jwkName: (hash) => `PS${hashShape(hash).jwk}`,
  }),
  sign: {
    read,
    run({ saltLength }: RsaPssParameters, key, data) {
      const signature = saltLength > maximumSalt ? null : ops.crypto_rsa_sign(key.hash!, saltLength, key.bytes, data);
      if (signature === null) throw operationError("RSA-PSS signing failed: the key is too small for the hash and the salt.");
      return signature;
    },
  },
  verify: {
    read,
    run: ({ saltLength }: RsaPssParameters, key, signature, data) =>
      saltLength <= maximumSalt && ops.crypto_rsa_verify(key.hash!, saltLength, key.bytes, signature, data),
  },
});
