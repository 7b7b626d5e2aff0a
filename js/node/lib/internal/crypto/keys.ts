// https://nodejs.org/api/crypto.html#class-keyobject
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { isAnyArrayBuffer, isArrayBufferView } from "lib:internal/util/types";
import { asBuffer, bytesOf, digestInfo, later, ops, release, requireEvent } from "lib:internal/crypto/util";
import { validateFunction, validateInt32, validateObject, validateOneOf, validateString, validateUint32 } from "lib:internal/validators";

const { global } = internalBinding("layer");
const { CryptoKey } = global;
const token = Symbol("key");

export let nativeOf: (key: any) => number;
export let secretOf: (key: any) => Uint8Array;

export class KeyObject {
  #type: string;

  constructor(given: unknown, type: any) {
    if (given !== token) {
      if (given !== "secret" && given !== "public" && given !== "private") throw new codes.ERR_INVALID_ARG_VALUE("type", given);
      throw new codes.ERR_INVALID_ARG_TYPE("handle", "object", type);
    }
    this.#type = type;
  }

  get type(): string { return this.#type; }
  get [Symbol.toStringTag](): string { return "KeyObject"; }

  equals(other: any): boolean {
    if (!(other instanceof KeyObject)) throw new codes.ERR_INVALID_ARG_TYPE("otherKeyObject", "KeyObject", other);
    if (other.type !== this.type) return false;
    if (this.type !== "secret") return ops.node_key_equal(nativeOf(this), nativeOf(other));
    const [a, b] = [secretOf(this), secretOf(other)];
    return a.length === b.length && ops.crypto_timing_safe_equal(a, b);
  }

  toCryptoKey(): never { throw new codes.ERR_METHOD_NOT_IMPLEMENTED("keyObject.toCryptoKey"); }

  static from(key: any): never {
    if (!(key instanceof CryptoKey)) throw new codes.ERR_INVALID_ARG_TYPE("key", "CryptoKey", key);
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("KeyObject.from");
  }
}

class SecretKeyObject extends KeyObject {
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(token, "secret");
    this.#bytes = bytes;
  }

  get symmetricKeySize(): number { return this.#bytes.length; }

  export(options?: any): any {
    if (options !== undefined) {
      validateObject(options, "options");
      validateOneOf(options.format, "options.format", [undefined, "buffer", "jwk"]);
      if (options.format === "jwk") return { kty: "oct", k: asBuffer(this.#bytes).toString("base64url") };
    }
    return Buffer.from(this.#bytes);
  }

  static { secretOf = (key) => key.#bytes; }
}

// OpenSSL's names of curves, and Node.js'.
const jwkCurves: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521", secp256k1: "secp256k1" };
const curveSizes: Record<string, number> = { prime256v1: 32, secp384r1: 48, secp521r1: 66, secp256k1: 32 };
const b64 = (bytes: Uint8Array): string => asBuffer(bytes).toString("base64url");

class AsymmetricKeyObject extends KeyObject {
  #native: number;

  constructor(type: string, native: number) {
    super(token, type);
    this.#native = native;
    release(this, native);
  }

  get asymmetricKeyType(): string {
    return ops.node_key_info(this.#native)[0].toLowerCase();
  }

  get asymmetricKeyDetails(): object {
    const [, bits, curve] = ops.node_key_info(this.#native);
    const type = this.asymmetricKeyType;
    if (type === "rsa" || type === "rsa-pss") return { modulusLength: bits, publicExponent: BigInt(`0x${asBuffer(ops.node_key_number(this.#native, "e", 0)).toString("hex")}`) };
    if (type === "ec") return { namedCurve: curve };
    return {};
  }

  protected jwk(isPrivate: boolean): object {
    const type = this.asymmetricKeyType;
    const number = (name: string, size = 0): string => b64(ops.node_key_number(this.#native, name, size));
    if (type === "rsa") {
      const open = { kty: "RSA", n: number("n"), e: number("e") };
      return isPrivate ? { ...open, d: number("d"), p: number("rsa-factor1"), q: number("rsa-factor2"), dp: number("rsa-exponent1"), dq: number("rsa-exponent2"), qi: number("rsa-coefficient1") } : open;
    }
    const curve = ops.node_key_info(this.#native)[2];
    if (type === "ec" && curve in jwkCurves) {
      const size = curveSizes[curve]!;
      return { kty: "EC", x: number("qx", size), y: number("qy", size), crv: jwkCurves[curve], ...(isPrivate ? { d: number("priv", size) } : {}) };
    }
    if (type === "ec") throw new codes.ERR_CRYPTO_JWK_UNSUPPORTED_CURVE(curve);
    const names: Record<string, string> = { ed25519: "Ed25519", ed448: "Ed448", x25519: "X25519", x448: "X448" };
    if (!(type in names)) throw new codes.ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE();
    return { crv: names[type], ...(isPrivate ? { d: b64(ops.node_key_raw(this.#native, true)) } : {}), x: b64(ops.node_key_raw(this.#native, false)), kty: "OKP" };
  }

  static { nativeOf = (key) => key.#native; }
}

function encode(key: any, isPrivate: boolean, options: any): any {
  validateObject(options, "options");
  const { format, cipher, passphrase } = options;
  const kind = key.asymmetricKeyType;
  validateOneOf(format, "options.format", ["pem", "der", "jwk"]);
  if (format === "jwk") {
    if (passphrase !== undefined) throw new codes.ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS("jwk", "does not support encryption");
    return key.jwk(isPrivate);
  }
  const type = options.type ?? (isPrivate ? undefined : "spki");
  const allowed = isPrivate ? ["pkcs1", "pkcs8", "sec1"] : ["pkcs1", "spki"];
  if (!allowed.includes(type)) throw new codes.ERR_INVALID_ARG_VALUE("options.type", options.type);
  if (type === "pkcs1" && kind !== "rsa") throw new codes.ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS("pkcs1", "can only be used for RSA keys");
  if (type === "sec1" && kind !== "ec") throw new codes.ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS("sec1", "can only be used for EC keys");
  if (cipher !== undefined && cipher !== null) {
    validateString(cipher, "options.cipher");
    if (format === "der" && type !== "pkcs8") throw new codes.ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, "does not support encryption");
    if (passphrase === undefined) throw new codes.ERR_INVALID_ARG_VALUE("options.passphrase", passphrase);
  } else if (passphrase !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE("options.cipher", cipher);
  }
  const bytes = asBuffer(ops.node_key_write(nativeOf(key), type, isPrivate, format === "pem", cipher ?? undefined, passphrase === undefined ? undefined : bytesOf(passphrase, "options.passphrase")));
  return format === "pem" ? bytes.toString("latin1") : bytes;
}

export class PublicKeyObject extends AsymmetricKeyObject {
  constructor(native: number) { super("public", native); }
  export(options: any): any { return encode(this, false, options); }
}

export class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(native: number) { super("private", native); }
  export(options: any): any { return encode(this, true, options); }
}

export const isKeyObject = (value: unknown): boolean => value instanceof KeyObject;
export const isCryptoKey = (value: unknown): boolean => value instanceof CryptoKey;

const kinds = ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"];

/** The bytes of a secret: itself, or a secret key's. */
export function keyBytes(key: any, encoding?: string, name = "key"): Uint8Array {
  if (key instanceof KeyObject) {
    if (key.type !== "secret") throw new codes.ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, "secret");
    return secretOf(key);
  }
  if (typeof key !== "string" && !isAnyArrayBuffer(key) && !isArrayBufferView(key)) throw new codes.ERR_INVALID_ARG_TYPE(name, kinds, key);
  return bytesOf(key, name, encoding);
}

export function createSecretKey(key: any, encoding?: string): SecretKeyObject {
  if (typeof key !== "string" && !isAnyArrayBuffer(key) && !isArrayBufferView(key)) throw new codes.ERR_INVALID_ARG_TYPE("key", ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string"], key);
  return new SecretKeyObject(Uint8Array.from(bytesOf(key, "key", encoding)));
}

const unb64 = (text: unknown, name: string): Uint8Array => {
  validateString(text, name);
  return Buffer.from(text as string, "base64url");
};

function fromJwk(jwk: any, isPrivate: boolean): number {
  validateObject(jwk, "key.key");
  validateOneOf(jwk.kty, "key.kty", ["RSA", "EC", "OKP"]);
  const part = (name: string): Uint8Array => new Uint8Array(unb64(jwk[name], `key.${name}`));
  let der: Uint8Array | null;
  if (jwk.kty === "OKP") {
    validateOneOf(jwk.crv, "key.crv", ["Ed25519", "Ed448", "X25519", "X448"]);
    return ops.node_key_from_raw(jwk.crv, part(isPrivate ? "d" : "x"), isPrivate);
  }
  if (jwk.kty === "RSA") {
    const canonical = isPrivate
      ? ops.crypto_rsa_import_private(part("n"), part("e"), part("d"), part("p"), part("q"), part("dp"), part("dq"), part("qi"))
      : ops.crypto_rsa_import_public(part("n"), part("e"));
    der = canonical && (isPrivate ? ops.crypto_rsa_export_pkcs8(canonical) : ops.crypto_rsa_export_spki(canonical));
  } else {
    validateOneOf(jwk.crv, "key.crv", ["P-256", "secp256k1", "P-384", "P-521"]);
    const canonical = Uint8Array.from([...part("x"), ...part("y"), ...(isPrivate ? part("d") : [])]);
    der = jwk.crv === "secp256k1" ? null : isPrivate ? ops.crypto_ec_export_pkcs8(jwk.crv, canonical) : ops.crypto_ec_export_spki(jwk.crv, canonical);
  }
  if (der === null) throw new codes.ERR_CRYPTO_INVALID_JWK();
  return ops.node_key_read(isPrivate, der, false, undefined);
}

/** Reads a key as `createPrivateKey` and `createPublicKey` take it. */
function read(key: any, isPrivate: boolean): number {
  if (key instanceof KeyObject) {
    if (isPrivate ? key.type !== "private" : key.type === "secret") throw new codes.ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, isPrivate ? "private" : "private or public");
    return ops.node_key_read(isPrivate || key.type === "private", ops.node_key_write(nativeOf(key), key.type === "private" ? "pkcs8" : "spki", key.type === "private", false), false, undefined);
  }
  if (typeof key === "string" || isAnyArrayBuffer(key) || isArrayBufferView(key)) return native(isPrivate, bytesOf(key, "key"), true, undefined);
  if (typeof key !== "object" || key === null) throw new codes.ERR_INVALID_ARG_TYPE("key", kinds, key);
  const { key: data, format = "pem", type, passphrase, encoding } = key;
  if (data instanceof KeyObject) return read(data, isPrivate);
  if (format === "jwk") return fromJwk(data, isPrivate);
  if (typeof data !== "string" && !isAnyArrayBuffer(data) && !isArrayBufferView(data)) throw new codes.ERR_INVALID_ARG_TYPE("key.key", kinds, data);
  validateOneOf(format, "options.format", ["pem", "der", "jwk"]);
  if (format === "der") validateOneOf(type, "options.type", ["pkcs1", "pkcs8", "sec1", "spki"]);
  const bytes = bytesOf(data, "key.key", encoding);
  const asPrivate = isPrivate || (format === "der" && (type === "pkcs8" || type === "sec1"));
  return native(asPrivate, bytes, format === "pem", passphrase === undefined ? undefined : bytesOf(passphrase, "key.passphrase", encoding));
}

function native(isPrivate: boolean, bytes: Uint8Array, pem: boolean, passphrase: Uint8Array | undefined): number {
  const id = ops.node_key_read(isPrivate, bytes, pem, passphrase === undefined ? undefined : new Uint8Array(passphrase));
  if (id === undefined) throw Object.assign(new TypeError("Passphrase required for encrypted key"), { code: "ERR_MISSING_PASSPHRASE" });
  return id;
}

const publicPart = (id: number): number => ops.node_key_read(false, ops.node_key_write(id, "spki", false, false), false, undefined);

export const createPrivateKey = (key: any): PrivateKeyObject => new PrivateKeyObject(read(key, true));
export const createPublicKey = (key: any): PublicKeyObject => {
  const id = read(key, false);
  return new PublicKeyObject(publicPart(id));
};

/** What signs and decrypts. */
export const privateKey = (key: any): any => (key instanceof PrivateKeyObject ? key : key?.key instanceof PrivateKeyObject ? key.key : createPrivateKey(key));
/** What verifies and encrypts: a private key will do. */
export const publicKey = (key: any): any => {
  if (key instanceof AsymmetricKeyObject) return key;
  if (key?.key instanceof AsymmetricKeyObject) return key.key;
  return createPublicKey(key);
};

const kinds_ = ["rsa", "rsa-pss", "ec", "ed25519", "ed448", "x25519", "x448"];

function pair(type: any, options: any): () => [any, any] {
  validateString(type, "type");
  if (!kinds_.includes(type)) throw new codes.ERR_INVALID_ARG_VALUE("type", type, "must be a supported key type");
  if (options !== undefined) validateObject(options, "options");
  let detail: unknown;
  let exponent: number | undefined;
  if (type.startsWith("rsa")) {
    validateObject(options, "options");
    validateUint32(options.modulusLength, "options.modulusLength");
    if (options.publicExponent !== undefined) validateUint32(options.publicExponent, "options.publicExponent");
    if (options.hashAlgorithm !== undefined && digestInfo(options.hashAlgorithm) === undefined) throw new codes.ERR_CRYPTO_INVALID_DIGEST(options.hashAlgorithm);
    [detail, exponent] = [options.modulusLength, options.publicExponent];
  } else if (type === "ec") {
    validateObject(options, "options");
    validateString(options.namedCurve, "options.namedCurve");
    if (ops.node_ec_public(options.namedCurve, Uint8Array.of(1), 4) === null) throw new codes.ERR_CRYPTO_INVALID_CURVE();
    detail = options.namedCurve;
  }
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {};
  for (const [name, encoding] of [["publicKeyEncoding", publicKeyEncoding], ["privateKeyEncoding", privateKeyEncoding]]) {
    if (encoding !== undefined && (encoding === null || typeof encoding !== "object")) throw new codes.ERR_INVALID_ARG_VALUE(`options.${name}`, encoding);
  }
  return () => {
    requireEvent();
    const key = new PrivateKeyObject(ops.node_key_generate(type === "ec" ? "EC" : type.toUpperCase(), detail, exponent));
    const open = new PublicKeyObject(publicPart(nativeOf(key)));
    return [publicKeyEncoding === undefined ? open : open.export(publicKeyEncoding), privateKeyEncoding === undefined ? key : key.export(privateKeyEncoding)];
  };
}

export function generateKeyPairSync(type: any, options?: any): object {
  const [publicKey, privateKey] = pair(type, options)();
  return { publicKey, privateKey };
}

export function generateKeyPair(type: any, options: any, callback?: any): void {
  if (typeof options === "function") [options, callback] = [undefined, options];
  validateFunction(callback, "callback");
  later(pair(type, options), callback);
}
Object.defineProperty(generateKeyPair, Symbol.for("nodejs.util.promisify.custom"), {
  value: (type: any, options: any) => new Promise((resolve, reject) => generateKeyPair(type, options, (error: unknown, publicKey: unknown, privateKey: unknown) => (error ? reject(error) : resolve({ publicKey, privateKey })))),
});

function secret(type: any, options: any): () => [any] {
  validateString(type, "type");
  validateOneOf(type, "type", ["aes", "hmac"]);
  validateObject(options, "options");
  if (type === "aes") validateOneOf(options.length, "options.length", [128, 192, 256]);
  else validateInt32(options.length, "options.length", 8);
  return () => [new SecretKeyObject(ops.crypto_random_bytes(Math.floor(options.length / 8)))];
}

export const generateKeySync = (type: any, options: any): any => secret(type, options)()[0];
export function generateKey(type: any, options: any, callback: any): void {
  const compute = secret(type, options);
  validateFunction(callback, "callback");
  later(compute, callback);
}
