// What ECDH and X25519 share: the peer's key, and how many bits of the secret the caller gets.
import { TypedArrayPrototypeSlice } from "../core/primordials.ts";
import { lengthOf } from "./buffer-source.ts";
import { invalidAccessError, operationError } from "./errors.ts";
import { type KeyMaterial, materialOf } from "./key.ts";
import type { Bytes } from "./ops.ts";
import { type ParameterSource, requiredObject } from "./parameters.ts";

export interface KeyAgreementParameters { public: KeyMaterial }

export const readPeer = (source: ParameterSource): KeyAgreementParameters =>
  ({ public: materialOf(requiredObject(source, "public"), `${source.what}: algorithm.public`) });

export function requirePeer(own: KeyMaterial, peer: KeyMaterial): void {
  const { name } = own.mechanism;
  if (own.type !== "private") throw invalidAccessError(`${name} derivation needs a private base key.`);
  if (peer.type !== "public") throw invalidAccessError(`${name} derivation needs a public key as algorithm.public.`);
  if (peer.mechanism.name !== name || peer.curve !== own.curve) {
    throw invalidAccessError(`${name} derivation: the two keys belong to different algorithms or curves.`);
  }
}

/** The first `length` bits of the secret, all for null. */
export function truncateSecret(secret: Bytes, length: number | null, name: string): Bytes {
  if (length === null) return secret;
  if (length > lengthOf(secret) * 8) throw operationError(`${name} cannot derive ${length} bits: the secret has ${lengthOf(secret) * 8}.`);
  const bytes = (length + 7) >>> 3;
  const result = TypedArrayPrototypeSlice(secret, 0, bytes);
  if (length % 8 !== 0) result[bytes - 1]! &= 0xff << (8 - (length % 8));
  return result;
}
