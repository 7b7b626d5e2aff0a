// https://w3c.github.io/webcrypto/#subtlecrypto-interface
//
// The methods are async functions: whatever they throw rejects the promise, as WebIDL asks of promise operations. What
// the host computes at once resolves it at once.
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ObjectPrototypeHasOwnProperty } from "../core/primordials.ts";
import { isBufferSource, requireArguments, toDOMString, toUnsignedLong } from "../core/webidl.ts";
import { lengthOf, toArrayBuffer, toBytes } from "./buffer-source.ts";
import { invalidAccessError, syntaxError } from "./errors.ts";
import { type Jwk, toJwk } from "./jwk.ts";
import { exportWith, importWith, jwkFromBytes, jwkToBytes, toFormat, usableKey } from "./key-transfer.ts";
import { createKey, type CryptoKey, type KeyContents, type KeyMaterial, materialOf } from "./key.ts";
import type { GeneratedPair, Mechanism } from "./mechanism.ts";
import { normalize, toAlgorithmIdentifier, tryNormalize } from "./normalize.ts";
import type { Bytes } from "./ops.ts";
import { toUsages, Usage, type UsageSet } from "./usages.ts";

const permit = {};

/** Throws unless called on a real SubtleCrypto with enough arguments; the result opens every error message. */
function enter(self: SubtleCrypto, method: string, given: number, needed: number): string {
  if (!isSubtleCrypto(self)) throw new TypeError("Illegal invocation");
  const what = `Failed to execute '${method}' on 'SubtleCrypto'`;
  requireArguments(given, needed, what);
  return what;
}

function requireKey(key: KeyMaterial, mechanism: Mechanism, usage: UsageSet, what: string): void {
  if (key.mechanism !== mechanism) throw invalidAccessError(`${what}: The key belongs to ${key.mechanism.name}, not to ${mechanism.name}.`);
  if (!(key.usages & usage)) throw invalidAccessError(`${what}: The key's usages do not permit this operation.`);
}

let isSubtleCrypto: (value: unknown) => boolean;

export class SubtleCrypto {
  #brand = true;

  constructor(token: unknown = undefined) {
    if (token !== permit) throw new TypeError("Illegal constructor");
    void this.#brand;
  }

  static {
    isSubtleCrypto = (value) => typeof value === "object" && value !== null && #brand in value;
  }

  async encrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    const what = enter(this, "encrypt", arguments.length, 3);
    return transform("encrypt", algorithm, key, data, what);
  }

  async decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    const what = enter(this, "decrypt", arguments.length, 3);
    return transform("decrypt", algorithm, key, data, what);
  }

  async sign(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    const what = enter(this, "sign", arguments.length, 3);
    return transform("sign", algorithm, key, data, what);
  }

  async verify(algorithm: unknown, key: unknown, signature: unknown, data: unknown): Promise<boolean> {
    const what = enter(this, "verify", arguments.length, 4);
    const identifier = toAlgorithmIdentifier(algorithm);
    const material = materialOf(key, `${what}: parameter 2`);
    const signatureBytes = toBytes(signature, `${what}: parameter 3`);
    const bytes = toBytes(data, `${what}: parameter 4`);
    const { mechanism, run, parameters } = normalize(identifier, "verify", what);
    requireKey(material, mechanism, Usage.verify, what);
    return run(parameters, material, signatureBytes, bytes);
  }

  async digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
    const what = enter(this, "digest", arguments.length, 2);
    const identifier = toAlgorithmIdentifier(algorithm);
    const bytes = toBytes(data, `${what}: parameter 2`);
    const { run, parameters } = normalize(identifier, "digest", what);
    return toArrayBuffer(await run(parameters, bytes));
  }

  async generateKey(algorithm: unknown, extractable: unknown, keyUsages: unknown): Promise<CryptoKey | { publicKey: CryptoKey; privateKey: CryptoKey }> {
    const what = enter(this, "generateKey", arguments.length, 3);
    const identifier = toAlgorithmIdentifier(algorithm);
    const usages = toUsages(keyUsages, what);
    const { mechanism, run, parameters } = normalize(identifier, "generateKey", what);
    const generated = await run(parameters, usages);
    if (!ObjectPrototypeHasOwnProperty(generated, "publicKey")) {
      return usableKey(mechanism, generated as KeyContents, !!extractable, usages);
    }
    const pair = generated as GeneratedPair;
    if (pair.privateUsages === 0) throw syntaxError("Usages cannot be empty when creating a private key.");
    return {
      publicKey: createKey(mechanism, pair.publicKey, true, pair.publicUsages),
      privateKey: createKey(mechanism, pair.privateKey, !!extractable, pair.privateUsages),
    };
  }

  async deriveKey(algorithm: unknown, baseKey: unknown, derivedKeyType: unknown, extractable: unknown, keyUsages: unknown): Promise<CryptoKey> {
    const what = enter(this, "deriveKey", arguments.length, 5);
    const identifier = toAlgorithmIdentifier(algorithm);
    const base = materialOf(baseKey, `${what}: parameter 2`);
    const derivedIdentifier = toAlgorithmIdentifier(derivedKeyType);
    const usages = toUsages(keyUsages, what);
    const { mechanism, run, parameters } = normalize(identifier, "deriveBits", what);
    const importer = normalize(derivedIdentifier, "importKey", what);
    const keyLength = normalize(derivedIdentifier, "getKeyLength", what);
    requireKey(base, mechanism, Usage.deriveKey, what);
    const bits = await run(parameters, base, keyLength.run(keyLength.parameters));
    return importWith(importer, "raw", bits, !!extractable, usages);
  }

  async deriveBits(algorithm: unknown, baseKey: unknown, length: unknown = null): Promise<ArrayBuffer> {
    const what = enter(this, "deriveBits", arguments.length, 2);
    const identifier = toAlgorithmIdentifier(algorithm);
    const base = materialOf(baseKey, `${what}: parameter 2`);
    const bits = length === null ? null : toUnsignedLong(length);
    const { mechanism, run, parameters } = normalize(identifier, "deriveBits", what);
    requireKey(base, mechanism, Usage.deriveBits, what);
    return toArrayBuffer(await run(parameters, base, bits));
  }

  async importKey(format: unknown, keyData: unknown, algorithm: unknown, extractable: unknown, keyUsages: unknown): Promise<CryptoKey> {
    const what = enter(this, "importKey", arguments.length, 5);
    const keyFormat = toFormat(toDOMString(format), what);
    const given = isBufferSource(keyData) ? toBytes(keyData, `${what}: parameter 2`) : toJwk(keyData, what);
    const identifier = toAlgorithmIdentifier(algorithm);
    const usages = toUsages(keyUsages, what);
    const importer = normalize(identifier, "importKey", what);
    if ((keyFormat === "jwk") === isBufferSource(given)) {
      throw new TypeError(keyFormat === "jwk" ? `${what}: Key data must be an object for format 'jwk'.` : `${what}: Key data must be a BufferSource for format '${keyFormat}'.`);
    }
    return importWith(importer, keyFormat, given, !!extractable, usages);
  }

  async exportKey(format: unknown, key: unknown): Promise<ArrayBuffer | Jwk> {
    const what = enter(this, "exportKey", arguments.length, 2);
    const keyFormat = toFormat(toDOMString(format), what);
    const data = exportWith(keyFormat, materialOf(key, `${what}: parameter 2`));
    return keyFormat === "jwk" ? data as Jwk : toArrayBuffer(data as Bytes);
  }

  async wrapKey(format: unknown, key: unknown, wrappingKey: unknown, wrapAlgorithm: unknown): Promise<ArrayBuffer> {
    const what = enter(this, "wrapKey", arguments.length, 4);
    const keyFormat = toFormat(toDOMString(format), what);
    const material = materialOf(key, `${what}: parameter 2`);
    const wrapping = materialOf(wrappingKey, `${what}: parameter 3`);
    const identifier = toAlgorithmIdentifier(wrapAlgorithm);
    const { mechanism, run, parameters } = tryNormalize(identifier, "wrapKey", what) ?? normalize(identifier, "encrypt", what);
    requireKey(wrapping, mechanism, Usage.wrapKey, what);
    const data = exportWith(keyFormat, material);
    const bytes = keyFormat === "jwk" ? jwkToBytes(data as Jwk) : data as Bytes;
    return toArrayBuffer(await run(parameters, wrapping, bytes));
  }

  async unwrapKey(format: unknown, wrappedKey: unknown, unwrappingKey: unknown, unwrapAlgorithm: unknown, unwrappedKeyAlgorithm: unknown, extractable: unknown, keyUsages: unknown): Promise<CryptoKey> {
    const what = enter(this, "unwrapKey", arguments.length, 7);
    const keyFormat = toFormat(toDOMString(format), what);
    const wrapped = toBytes(wrappedKey, `${what}: parameter 2`);
    const unwrapping = materialOf(unwrappingKey, `${what}: parameter 3`);
    const identifier = toAlgorithmIdentifier(unwrapAlgorithm);
    const keyIdentifier = toAlgorithmIdentifier(unwrappedKeyAlgorithm);
    const usages = toUsages(keyUsages, what);
    const { mechanism, run, parameters } = tryNormalize(identifier, "unwrapKey", what) ?? normalize(identifier, "decrypt", what);
    const importer = normalize(keyIdentifier, "importKey", what);
    requireKey(unwrapping, mechanism, Usage.unwrapKey, what);
    const bytes = await run(parameters, unwrapping, wrapped);
    return importWith(importer, keyFormat, keyFormat === "jwk" ? jwkFromBytes(bytes, what) : bytes, !!extractable, usages);
  }

  /** Workers' own: compares without telling by the time taken where the inputs differ. */
  timingSafeEqual(a: unknown, b: unknown): boolean {
    const what = enter(this, "timingSafeEqual", arguments.length, 2);
    const left = toBytes(a, `${what}: parameter 1`);
    const right = toBytes(b, `${what}: parameter 2`);
    if (lengthOf(left) !== lengthOf(right)) throw new TypeError("Input buffers must have the same byte length.");
    return ops.crypto_timing_safe_equal(left, right);
  }
}

defineInterface("SubtleCrypto", SubtleCrypto);

async function transform(operation: "encrypt" | "decrypt" | "sign", algorithm: unknown, key: unknown, data: unknown, what: string): Promise<ArrayBuffer> {
  const identifier = toAlgorithmIdentifier(algorithm);
  const material = materialOf(key, `${what}: parameter 2`);
  const bytes = toBytes(data, `${what}: parameter 3`);
  const { mechanism, run, parameters } = normalize(identifier, operation, what);
  requireKey(material, mechanism, Usage[operation], what);
  return toArrayBuffer(await run(parameters, material, bytes));
}

export function createSubtleCrypto(): SubtleCrypto {
  return new SubtleCrypto(permit);
}
