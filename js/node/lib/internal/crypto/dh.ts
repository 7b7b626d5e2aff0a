// https://nodejs.org/api/crypto.html#class-diffiehellman and #class-ecdh
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { asBuffer, bytesOf, later, ops, output, requireEvent } from "lib:internal/crypto/util";
import { KeyObject, nativeOf } from "lib:internal/crypto/keys";
import { validateFunction, validateInt32, validateObject, validateString } from "lib:internal/validators";

const groups: Record<string, number> = { modp1: 768, modp2: 1024, modp5: 1536, modp14: 2048, modp15: 3072, modp16: 4096, modp17: 6144, modp18: 8192 };

const isOne = (bytes: Uint8Array): boolean => bytes.every((byte, i) => byte === (i === bytes.length - 1 ? 1 : 0));
const order = (a: Uint8Array, b: Uint8Array): number => {
  const size = Math.max(a.length, b.length);
  const wide = (bytes: Uint8Array): any => Buffer.concat([Buffer.alloc(size - bytes.length), bytes]);
  return wide(a).compare(wide(b));
};

class Exchange {
  #prime: Uint8Array;
  #generator: Uint8Array;
  #private: Uint8Array | undefined;
  #public: Uint8Array | undefined;
  verifyError = 0;

  constructor(prime: Uint8Array, generator: Uint8Array) {
    this.#prime = prime;
    this.#generator = generator;
    Object.defineProperty(this, "verifyError", { enumerable: true, writable: false, value: 0 });
  }

  generateKeys(encoding?: string): any {
    // A random number below the prime; one that was set is kept.
    this.#private ??= ops.crypto_random_bytes(this.#prime.length) as Uint8Array;
    if (order(this.#private!, this.#prime) >= 0) this.#private![0] = 0;
    this.#public = ops.node_power(this.#generator, this.#private, this.#prime);
    return output(this.#public!, encoding);
  }

  computeSecret(key: any, inputEncoding?: string, outputEncoding?: string): any {
    const other = bytesOf(key, "otherPublicKey", inputEncoding);
    if (this.#private === undefined) throw Object.assign(new Error("No private key - did you forget to generate one?"), { code: "ERR_CRYPTO_INVALID_STATE" });
    if (other.every((byte: number) => byte === 0) || isOne(other)) throw Object.assign(new RangeError("Supplied key is too small"), { code: "ERR_CRYPTO_INVALID_KEYLEN" });
    if (order(other, this.#prime) >= 0) throw Object.assign(new RangeError("Supplied key is too large"), { code: "ERR_CRYPTO_INVALID_KEYLEN" });
    return output(ops.node_power(new Uint8Array(other), this.#private, this.#prime), outputEncoding);
  }

  getPrime(encoding?: string): any { return output(this.#prime, encoding); }
  getGenerator(encoding?: string): any { return output(this.#generator, encoding); }
  getPublicKey(encoding?: string): any { return this.#given(this.#public, "public", encoding); }
  getPrivateKey(encoding?: string): any { return this.#given(this.#private, "private", encoding); }

  #given(key: Uint8Array | undefined, name: string, encoding?: string): any {
    if (key === undefined) throw Object.assign(new Error(`No ${name} key - did you forget to generate one?`), { code: "ERR_CRYPTO_INVALID_STATE" });
    return output(key, encoding);
  }

  protected set(isPrivate: boolean, key: any, encoding?: string): void {
    const bytes = Uint8Array.from(bytesOf(key, "key", encoding));
    if (isPrivate) this.#private = bytes;
    else this.#public = bytes;
  }
}

export class DiffieHellmanGroup extends Exchange {
  constructor(name: any) {
    validateString(name, "group");
    const bits = groups[name.toLowerCase()];
    if (bits === undefined) throw new codes.ERR_CRYPTO_UNKNOWN_DH_GROUP();
    super(ops.node_dh_prime(bits), Uint8Array.of(2));
  }
}

export class DiffieHellman extends Exchange {
  constructor(prime: any, primeEncoding?: any, generator?: any, generatorEncoding?: any) {
    if (typeof primeEncoding !== "string" && primeEncoding !== undefined) [primeEncoding, generator, generatorEncoding] = [undefined, primeEncoding, generator];
    let number: Uint8Array;
    if (typeof prime === "number") {
      validateInt32(prime, "sizeOrKey", 2);
      requireEvent();
      number = ops.node_prime(prime, prime <= 1024, undefined, undefined);
    } else {
      number = Uint8Array.from(bytesOf(prime, "sizeOrKey", primeEncoding, ["number", "string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"]));
    }
    let base: Uint8Array = Uint8Array.of(2);
    if (typeof generator === "number") {
      if (generator < 2) throw Object.assign(new Error("bad generator"), { code: "ERR_OSSL_DH_BAD_GENERATOR" });
      base = Uint8Array.from(Buffer.from(generator.toString(16).padStart(8, "0"), "hex"));
    } else if (generator !== undefined && generator !== null) {
      base = Uint8Array.from(bytesOf(generator, "generator", generatorEncoding));
    }
    super(number, base);
  }

  setPublicKey(key: any, encoding?: string): void { this.set(false, key, encoding); }
  setPrivateKey(key: any, encoding?: string): void { this.set(true, key, encoding); }
}

const forms: Record<string, number> = { compressed: 2, uncompressed: 4, hybrid: 6 };
const formOf = (format: any = "uncompressed"): number => {
  if (!(format in forms)) throw new codes.ERR_CRYPTO_ECDH_INVALID_FORMAT(format);
  return forms[format]!;
};

export class ECDH {
  #curve: string;
  #private: Uint8Array | undefined;
  #public: Uint8Array | undefined;

  constructor(curve: any) {
    validateString(curve, "curve");
    if (ops.node_ec_public(curve, Uint8Array.of(1), 4) === null) throw new codes.ERR_CRYPTO_INVALID_CURVE();
    this.#curve = curve;
  }

  generateKeys(encoding?: string, format?: string): any {
    requireEvent();
    this.#private = ops.node_ec_private(this.#curve);
    this.#public = ops.node_ec_public(this.#curve, this.#private, 4);
    return this.getPublicKey(encoding, format);
  }

  computeSecret(key: any, inputEncoding?: string, outputEncoding?: string): any {
    const other = bytesOf(key, "otherPublicKey", inputEncoding);
    if (this.#private === undefined) throw Object.assign(new Error("No private key - did you forget to generate one?"), { code: "ERR_CRYPTO_INVALID_STATE" });
    const secret = ops.node_ec_secret(this.#curve, this.#private, new Uint8Array(other));
    if (secret === undefined) throw new codes.ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY();
    return output(secret, outputEncoding);
  }

  getPrivateKey(encoding?: string): any {
    if (this.#private === undefined) throw Object.assign(new Error("Failed to get ECDH private key"), { code: "ERR_CRYPTO_OPERATION_FAILED" });
    return output(Uint8Array.from(this.#private), encoding);
  }

  getPublicKey(encoding?: string, format?: string): any {
    if (this.#public === undefined) throw Object.assign(new Error("Failed to get ECDH public key"), { code: "ERR_CRYPTO_OPERATION_FAILED" });
    return output(ops.node_ec_point(this.#curve, this.#public, formOf(format)), encoding);
  }

  setPrivateKey(key: any, encoding?: string): void {
    const bytes = Uint8Array.from(bytesOf(key, "key", encoding));
    const point = ops.node_ec_public(this.#curve, bytes, 4);
    if (point === undefined) throw Object.assign(new Error("Private key is not valid for specified curve."), { code: "ERR_CRYPTO_INVALID_KEYTYPE" });
    this.#private = bytes;
    this.#public = point;
  }

  setPublicKey(key: any, encoding?: string): void {
    const point = ops.node_ec_point(this.#curve, Uint8Array.from(bytesOf(key, "key", encoding)), 4);
    if (point === undefined) throw Object.assign(new Error("Failed to convert Buffer to EC_POINT"), { code: "ERR_CRYPTO_OPERATION_FAILED" });
    this.#public = point;
  }

  static convertKey(key: any, curve: any, inputEncoding?: string, outputEncoding?: string, format?: string): any {
    validateString(curve, "curve");
    const point = ops.node_ec_point(curve, Uint8Array.from(bytesOf(key, "key", inputEncoding)), formOf(format));
    if (point === null) throw new codes.ERR_CRYPTO_INVALID_CURVE();
    if (point === undefined) throw Object.assign(new Error("Failed to convert Buffer to EC_POINT"), { code: "ERR_CRYPTO_OPERATION_FAILED" });
    return output(point, outputEncoding);
  }
}

export function diffieHellman(options: any, callback?: any): any {
  validateObject(options, "options");
  const { privateKey, publicKey } = options;
  if (callback !== undefined) validateFunction(callback, "callback");
  if (!(privateKey instanceof KeyObject)) throw new codes.ERR_INVALID_ARG_VALUE("options.privateKey", privateKey);
  if (!(publicKey instanceof KeyObject)) throw new codes.ERR_INVALID_ARG_VALUE("options.publicKey", publicKey);
  if (privateKey.type !== "private") throw new codes.ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(privateKey.type, "private");
  if (publicKey.type === "secret") throw new codes.ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(publicKey.type, "private or public");
  const [own, other] = [(privateKey as any).asymmetricKeyType, (publicKey as any).asymmetricKeyType];
  if (own !== other) throw new codes.ERR_CRYPTO_INCOMPATIBLE_KEY("key types for Diffie-Hellman", `${own} and ${other}`);
  const compute = (): [any] => [asBuffer(ops.node_derive(nativeOf(privateKey), nativeOf(publicKey)))];
  if (callback === undefined) return compute()[0];
  later(compute, callback);
}
