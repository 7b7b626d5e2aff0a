import { ops } from "../core/ops.ts";
import { notSupportedError } from "./errors.ts";
import { type Mechanism, mechanism } from "./mechanism.ts";
import { okpKeys } from "./okp-key.ts";
import { type ParameterSource, requiredString } from "./parameters.ts";
import { Usage } from "./usages.ts";

const keys = (name: string) => okpKeys({
  name,
  kind: "Ed25519",
  privateUsages: Usage.sign,
  publicUsages: Usage.verify,
  use: "sig",
  jwkNames: ["EdDSA", "Ed25519"],
});

const signatures: Pick<Mechanism, "sign" | "verify"> = {
  sign: { run: (_, key, data) => ops.crypto_ed25519_sign(key.bytes, data) },
  verify: { run: (_, key, signature, data) => ops.crypto_ed25519_verify(key.bytes, signature, data) },
};

/** https://w3c.github.io/webcrypto/#ed25519 */
export const ed25519 = mechanism({ ...keys("Ed25519"), ...signatures });

const legacyName = "NODE-ED25519";
const legacyKeys = keys(legacyName);

// Before Ed25519 was in the specification, Workers had it under Node's name of the time, with the curve as a parameter.
const readLegacyCurve = (source: ParameterSource): void => {
  if (requiredString(source, "namedCurve") !== legacyName) throw notSupportedError(`${source.what}: Unrecognized curve for ${legacyName}.`);
};

export const nodeEd25519 = mechanism({
  ...legacyKeys,
  ...signatures,
  generateKey: { read: readLegacyCurve, run: legacyKeys.generateKey.run },
  importKey: { read: readLegacyCurve, run: legacyKeys.importKey.run },
  describe: () => ({ name: legacyName, namedCurve: legacyName }),
});
