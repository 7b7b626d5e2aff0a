import { ops } from "../core/ops.ts";
import { ecKeys } from "./ec-key.ts";
import { operationError } from "./errors.ts";
import { type KeyAgreementParameters, readPeer, requirePeer, truncateSecret } from "./key-agreement.ts";
import { mechanism } from "./mechanism.ts";
import { Usage } from "./usages.ts";

/** https://w3c.github.io/webcrypto/#ecdh */
export const ecdh = mechanism({
  ...ecKeys({ name: "ECDH", privateUsages: Usage.deriveKey | Usage.deriveBits, publicUsages: 0, use: "enc" }),
  deriveBits: {
    read: readPeer,
    run({ public: peer }: KeyAgreementParameters, key, length) {
      requirePeer(key, peer);
      const secret = ops.crypto_ecdh(key.curve!, key.bytes, peer.bytes);
      if (secret === null) throw operationError("ECDH derivation failed.");
      return truncateSecret(secret, length, "ECDH");
    },
  },
});
