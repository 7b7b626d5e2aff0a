// The shape of an algorithm: one object per algorithm, one step per operation that it registers.
import { ObjectKeys } from "../core/primordials.ts";
import type { Jwk } from "./jwk.ts";
import type { KeyContents, KeyMaterial } from "./key.ts";
import type { Bytes } from "./ops.ts";
import type { ParameterSource } from "./parameters.ts";
import type { UsageSet } from "./usages.ts";

export type Eventually<T> = T | Promise<T>;
export type KeyFormat = "raw" | "pkcs8" | "spki" | "jwk";

/** An operation: how its parameters are read, and what it does with them. */
export interface Step<Run> {
  /** Converts the caller's algorithm dictionary; absent when the name is all there is. */
  readonly read?: (source: ParameterSource) => any;
  readonly run: Run;
}

/** Key data as the caller gave it: a JWK for the format "jwk", bytes for all others. */
export type KeyData = Bytes | Jwk;

export interface GeneratedPair {
  readonly publicKey: KeyContents;
  readonly publicUsages: UsageSet;
  readonly privateKey: KeyContents;
  readonly privateUsages: UsageSet;
}

type Transform = (parameters: any, key: KeyMaterial, data: Bytes) => Eventually<Bytes>;

export interface Mechanism {
  readonly name: string;
  readonly digest?: Step<(parameters: any, data: Bytes) => Eventually<Bytes>>;
  readonly encrypt?: Step<Transform>;
  readonly decrypt?: Step<Transform>;
  readonly wrapKey?: Step<Transform>;
  readonly unwrapKey?: Step<Transform>;
  readonly sign?: Step<Transform>;
  readonly verify?: Step<(parameters: any, key: KeyMaterial, signature: Bytes, data: Bytes) => Eventually<boolean>>;
  readonly deriveBits?: Step<(parameters: any, key: KeyMaterial, length: number | null) => Eventually<Bytes>>;
  /** The length in bits of the key that `deriveKey` makes, null for "whatever the derivation yields". */
  readonly getKeyLength?: Step<(parameters: any) => number | null>;
  readonly generateKey?: Step<(parameters: any, usages: UsageSet) => Eventually<KeyContents | GeneratedPair>>;
  readonly importKey?: Step<(parameters: any, format: KeyFormat, data: KeyData, extractable: boolean, usages: UsageSet) => KeyContents>;
  readonly exportKey?: (format: KeyFormat, key: KeyMaterial) => KeyData;
  /** The value of `CryptoKey.algorithm`. */
  readonly describe?: (key: KeyMaterial) => object;
}

export type Operation = "digest" | "encrypt" | "decrypt" | "wrapKey" | "unwrapKey" | "sign" | "verify" | "deriveBits"
  | "getKeyLength" | "generateKey" | "importKey";

/** A table entry that `Object.prototype` cannot add operations or readers to. */
export function mechanism(parts: Mechanism): Mechanism {
  const entry = { __proto__: null } as unknown as Record<string, unknown>;
  const names = ObjectKeys(parts);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const part = parts[name as keyof Mechanism];
    entry[name] = typeof part === "object" ? { __proto__: null, ...part } : part;
  }
  return entry as unknown as Mechanism;
}
