import { ops } from "../core/ops.ts";
import { operationError } from "./errors.ts";
import { type KeyAgreementParameters, readPeer, requirePeer, truncateSecret } from "./key-agreement.ts";
import { mechanism } from "./mechanism.ts";
import { okpKeys } from "./okp-key.ts";
import { Usage } from "./usages.ts";

/** https://w3c.github.io/webcrypto/#x25519 */
export const x25519 = mechanism({
  ...okpKeys({
    name: "X25519",
    kind: "X25519",
    privateUsages: Usage.deriveKey | Usage.deriveBits,
    publicUsages: 0,
    use: "enc",
    jwkNames: undefined,
  }),
  deriveBits: {
    read: readPeer,
    run({ public: peer }: KeyAgreementParameters, key, length) {
      requirePeer(key, peer);
      const secret = ops.crypto_x25519(key.bytes, peer.bytes);
      // RFC 7748, section 6.1: the peer's point is of small order.
      if (secret === null) throw operationError("X25519 derivation failed: the shared secret is all zero.");
      return truncateSecret(secret, length, "X25519");
    },
  },
});
