// https://nodejs.org/api/crypto.html#class-sign and #class-verify, and encryption with RSA.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { bytesOf, derSignature, digestInfo, digestName, joinedSignature, later, ops, output } from "lib:internal/crypto/util";
import { nativeOf, privateKey, publicKey } from "lib:internal/crypto/keys";
import { validateEncoding, validateFunction, validateInt32, validateOneOf, validateString } from "lib:internal/validators";
import { Writable } from "lib:stream";

const PSS = 6;

interface Scheme { padding: number | undefined; salt: number | undefined; joined: boolean }

function schemeOf(key: any, options: any, signing: boolean): Scheme {
  const padding = options?.padding;
  const salt = options?.saltLength;
  if (padding !== undefined) validateInt32(padding, "options.padding");
  if (salt !== undefined) validateInt32(salt, "options.saltLength");
  validateOneOf(options?.dsaEncoding, "options.dsaEncoding", [undefined, "der", "ieee-p1363"]);
  const isPss = padding === PSS || (padding === undefined && key.asymmetricKeyType === "rsa-pss");
  // Without one: as long as it can be to sign, whatever there is to verify.
  return { padding, salt: salt ?? (isPss ? (signing ? -3 : -2) : undefined), joined: options?.dsaEncoding === "ieee-p1363" && key.asymmetricKeyType === "ec" };
}

const partSize = (key: any): number => Math.ceil(ops.node_key_info(nativeOf(key))[1] / 8);

function signBytes(digest: string | undefined, data: Uint8Array, given: any): Uint8Array {
  const key = privateKey(given);
  const { padding, salt, joined } = schemeOf(key, given, true);
  const signature: Uint8Array = ops.node_sign(nativeOf(key), digest, data, padding, salt);
  return joined ? joinedSignature(signature, partSize(key))! : signature;
}

function verifyBytes(digest: string | undefined, data: Uint8Array, given: any, signature: Uint8Array): boolean {
  const key = publicKey(given);
  const { padding, salt, joined } = schemeOf(key, given, false);
  if (joined && signature.length !== partSize(key) * 2) return false;
  return ops.node_verify(nativeOf(key), digest, data, padding, salt, joined ? derSignature(signature) : new Uint8Array(signature));
}

function requireDigest(algorithm: any): string {
  if (digestInfo(algorithm) === undefined) throw Object.assign(new Error(`Invalid digest: ${algorithm}`), { code: "ERR_CRYPTO_INVALID_DIGEST" });
  return digestName(algorithm);
}

function collecting(name: string): any {
  const made: any = { [name]: function (this: any, algorithm: any, options?: any): any {
    if (!new.target) return new made(algorithm, options);
    validateString(algorithm, "algorithm");
    this._digest = requireDigest(algorithm);
    this._chunks = [];
    Object.defineProperty(this, "_digest", { enumerable: false });
    Object.defineProperty(this, "_chunks", { enumerable: false });
    Writable.call(this, options);
  } }[name];
  Object.setPrototypeOf(made.prototype, Writable.prototype);
  Object.setPrototypeOf(made, Writable);
  made.prototype._write = function (chunk: any, encoding: string, done: () => void): void {
    this.update(chunk, encoding);
    done();
  };
  made.prototype.update = function (data: any, encoding?: string): any {
    if (typeof data === "string") validateEncoding(data, encoding);
    this._chunks.push(Uint8Array.from(bytesOf(data, "data", encoding, ["string", "Buffer", "TypedArray", "DataView"])));
    return this;
  };
  return made;
}

export const Sign = collecting("Sign");
Sign.prototype.sign = function (key: any, encoding?: string): any {
  if (!key) throw new codes.ERR_CRYPTO_SIGN_KEY_REQUIRED();
  return output(signBytes(this._digest, Buffer.concat(this._chunks), key), encoding);
};

export const Verify = collecting("Verify");
Verify.prototype.verify = function (key: any, signature: any, encoding?: string): boolean {
  return verifyBytes(this._digest, Buffer.concat(this._chunks), key, bytesOf(signature, "signature", encoding));
};

export function sign(algorithm: any, data: any, key: any, callback?: any): any {
  if (algorithm != null) validateString(algorithm, "algorithm");
  if (callback !== undefined) validateFunction(callback, "callback");
  const bytes = bytesOf(data, "data", undefined, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"]);
  if (!key) throw new codes.ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const digest = algorithm == null ? undefined : requireDigest(algorithm);
  const compute = (): [any] => [output(signBytes(digest ?? defaultDigest(privateKey(key)), bytes, key))];
  if (callback === undefined) return compute()[0];
  later(compute, callback);
}

const defaultDigest = (key: any): string | undefined => (/^(rsa|ec)/.test(key.asymmetricKeyType) ? "sha256" : undefined);

export function verify(algorithm: any, data: any, key: any, signature: any, callback?: any): any {
  if (algorithm != null) validateString(algorithm, "algorithm");
  if (callback !== undefined) validateFunction(callback, "callback");
  const bytes = bytesOf(data, "data", undefined, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"]);
  const expected = bytesOf(signature, "signature", undefined, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"]);
  const digest = algorithm == null ? undefined : requireDigest(algorithm);
  const compute = (): [boolean] => [verifyBytes(digest ?? defaultDigest(publicKey(key)), bytes, key, expected)];
  if (callback === undefined) return compute()[0];
  later(compute, callback);
}

const rsa = (operation: number, keyOf: (key: any) => any, padding: number) => (options: any, buffer: any): any => {
  const key = keyOf(options);
  const label = options?.oaepLabel === undefined ? undefined : bytesOf(options.oaepLabel, "key.oaepLabel", options.encoding);
  if (options?.oaepHash !== undefined) validateString(options.oaepHash, "key.oaepHash");
  return output(ops.node_rsa(operation, nativeOf(key), bytesOf(buffer, "buffer", options?.encoding), options?.padding ?? padding, options?.oaepHash === undefined ? undefined : requireDigest(options.oaepHash), label));
};
const OAEP = 4;
const PKCS1 = 1;
export const publicEncrypt = rsa(0, publicKey, OAEP);
export const privateDecrypt = rsa(1, privateKey, OAEP);
export const privateEncrypt = rsa(2, privateKey, PKCS1);
export const publicDecrypt = rsa(3, publicKey, PKCS1);
