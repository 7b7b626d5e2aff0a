// Importing and exporting, as `importKey`, `deriveKey`, `wrapKey` and `unwrapKey` all do it.
import { JSONParse, JSONStringify, ObjectPrototypeHasOwnProperty, ObjectSetPrototypeOf } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { utf8Decode, utf8Encode } from "../encoding/index.ts";
import { dataError, invalidAccessError, notSupportedError, syntaxError } from "./errors.ts";
import { type Jwk, toJwk } from "./jwk.ts";
import { createKey, type CryptoKey, type KeyContents, type KeyMaterial } from "./key.ts";
import type { KeyData, KeyFormat, Mechanism } from "./mechanism.ts";
import type { Normalized } from "./normalize.ts";
import type { Bytes } from "./ops.ts";
import type { UsageSet } from "./usages.ts";

export function toFormat(name: string, what: string): KeyFormat {
  if (name === "raw" || name === "pkcs8" || name === "spki" || name === "jwk") return name;
  throw new TypeError(`${what}: The provided value '${name}' is not a valid enum value of type KeyFormat.`);
}

export function importWith(algorithm: Normalized<"importKey">, format: KeyFormat, data: KeyData, extractable: boolean, usages: UsageSet): CryptoKey {
  const contents = algorithm.run(algorithm.parameters, format, data, extractable, usages);
  return usableKey(algorithm.mechanism, contents, extractable, usages);
}

/** A secret or private key without a use is a mistake of the caller. */
export function usableKey(mechanism: Mechanism, contents: KeyContents, extractable: boolean, usages: UsageSet): CryptoKey {
  if (contents.type !== "public" && usages === 0) throw syntaxError("Usages cannot be empty when creating a secret or private key.");
  return createKey(mechanism, contents, extractable, usages);
}

export function exportWith(format: KeyFormat, key: KeyMaterial): KeyData {
  const { mechanism } = key;
  if (mechanism.exportKey === undefined) throw notSupportedError(`${mechanism.name} keys cannot be exported.`);
  if (!key.extractable) throw invalidAccessError("The key is not extractable.");
  return mechanism.exportKey(format, key);
}

/** The JSON text of a JWK as bytes. Worker code's `toJSON` methods stay out of it. */
export function jwkToBytes(jwk: Jwk): Bytes {
  const own = { __proto__: null, ...jwk } as Jwk;
  if (own.key_ops) ObjectSetPrototypeOf(own.key_ops, null);
  return utf8Encode(JSONStringify(own));
}

/** https://w3c.github.io/webcrypto/#concept-parse-a-jwk */
export function jwkFromBytes(bytes: Bytes, what: string): Jwk {
  let parsed: unknown;
  try {
    parsed = JSONParse(utf8Decode(bytes));
  } catch {
    throw dataError("The unwrapped key is not a JWK: it is not JSON.");
  }
  if (!isObject(parsed) || !ObjectPrototypeHasOwnProperty(parsed, "kty")) throw dataError('The unwrapped key is not a JWK: it has no "kty".');
  return toJwk(parsed, what);
}
