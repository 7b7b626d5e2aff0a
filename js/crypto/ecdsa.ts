import { ops } from "../core/ops.ts";
import { ecKeys } from "./ec-key.ts";
import { requiredHash } from "./hash.ts";
import { mechanism } from "./mechanism.ts";
import type { ParameterSource } from "./parameters.ts";
import { Usage } from "./usages.ts";

interface EcdsaParameters { hash: string }

const read = (source: ParameterSource): EcdsaParameters => ({ hash: requiredHash(source) });

/** https://w3c.github.io/webcrypto/#ecdsa */
export const ecdsa = mechanism({
  ...ecKeys({ name: "ECDSA", privateUsages: Usage.sign, publicUsages: Usage.verify, use: "sig" }),
  sign: { read, run: ({ hash }: EcdsaParameters, key, data) => ops.crypto_ecdsa_sign(key.curve!, hash, key.bytes, data) },
  verify: {
    read,
    run: ({ hash }: EcdsaParameters, key, signature, data) => ops.crypto_ecdsa_verify(key.curve!, hash, key.bytes, signature, data),
  },
});
