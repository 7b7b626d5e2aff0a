// What AES and HMAC keys have in common: raw bytes, or a JWK of type "oct".
import { toBase64Url } from "./base64url.ts";
import { copyBytes } from "../core/bytes.ts";
import { notSupportedError } from "./errors.ts";
import { checkJwk, exportedJwk, type Jwk, jwkBytes } from "./jwk.ts";
import type { KeyMaterial } from "./key.ts";
import type { KeyData, KeyFormat } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import type { UsageSet } from "./usages.ts";

export function importSecret(format: KeyFormat, data: KeyData, name: string): Bytes | Jwk {
  if (format !== "raw" && format !== "jwk") throw notSupportedError(`Unable to import a ${name} key from format '${format}'.`);
  return data;
}

/** The bytes of a JWK. `alg` is the caller's to check: the name of an AES key depends on its length. */
export function importOct(jwk: Jwk, use: "sig" | "enc", extractable: boolean, usages: UsageSet): Bytes {
  checkJwk(jwk, { kty: "oct", use, algorithms: undefined, extractable, usages });
  return jwkBytes(jwk, "k");
}

export function exportSecret(format: KeyFormat, key: KeyMaterial, jwkAlgorithm: string): KeyData {
  if (format === "raw") return copyBytes(key.bytes);
  if (format === "jwk") return exportedJwk({ kty: "oct", k: toBase64Url(key.bytes), alg: jwkAlgorithm }, key);
  throw notSupportedError(`Unable to export a ${key.mechanism.name} key to format '${format}'.`);
}
