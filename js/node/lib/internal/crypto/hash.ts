// https://nodejs.org/api/crypto.html#class-hash and #class-hmac
import { codes } from "lib:internal/codes";
import { asBuffer, bytesOf, digestInfo, digestName, ops, output, release } from "lib:internal/crypto/util";
import { keyBytes } from "lib:internal/crypto/keys";
import { validateEncoding, validateObject, validateString, validateUint32 } from "lib:internal/validators";
import { Transform } from "lib:stream";

const kNative = Symbol("native");
const kFinished = Symbol("finished");

const unsupported = (): Error => Object.assign(new Error("Digest method not supported"), { code: "ERR_CRYPTO_INVALID_DIGEST" });

function streaming(target: Function): void {
  Object.setPrototypeOf(target.prototype, Transform.prototype);
  Object.setPrototypeOf(target, Transform);
  target.prototype._transform = function (chunk: any, encoding: string, done: () => void): void {
    this.update(chunk, encoding);
    done();
  };
  target.prototype._flush = function (done: () => void): void {
    this.push(this.digest());
    done();
  };
}

export function Hash(this: any, algorithm: any, options?: any): any {
  if (!new.target) return new (Hash as any)(algorithm, options);
  const length = options?.outputLength;
  if (length !== undefined) validateUint32(length, "options.outputLength");
  let native: number | undefined;
  if (algorithm instanceof Hash) {
    if ((algorithm as any)[kFinished]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
    native = ops.node_hash_copy((algorithm as any)[kNative]);
  } else {
    validateString(algorithm, "algorithm");
    native = ops.node_hash_new(digestName(algorithm));
    if (native === undefined) throw unsupported();
    const info = digestInfo(algorithm)!;
    if (length !== undefined && length !== info[0] && !info[1]) throw Object.assign(new Error("Unsupported state or unable to digest"), { code: "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH" });
  }
  this.algorithm = algorithm instanceof Hash ? (algorithm as any).algorithm : algorithm;
  this[kNative] = native;
  this[kFinished] = false;
  this.outputLength = length ?? (algorithm instanceof Hash ? (algorithm as any).outputLength : -1);
  for (const name of ["algorithm", "outputLength", kNative, kFinished]) Object.defineProperty(this, name, { enumerable: false });
  release(this, native!);
  Transform.call(this, options);
}
streaming(Hash);

Hash.prototype.copy = function (options?: any): any { return new (Hash as any)(this, options); };

Hash.prototype.update = function (data: any, encoding?: string): any {
  if (this[kFinished]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
  if (typeof data === "string") validateEncoding(data, encoding);
  ops.node_hash_update(this[kNative], bytesOf(data, "data", encoding, ["string", "Buffer", "TypedArray", "DataView"]));
  return this;
};

Hash.prototype.digest = function (encoding?: string): any {
  if (this[kFinished]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
  const bytes = ops.node_hash_finish(this[kNative], this.outputLength);
  this[kFinished] = true;
  return output(bytes, encoding === undefined ? undefined : `${encoding}`);
};

export function Hmac(this: any, algorithm: any, key: any, options?: any): any {
  if (!new.target) return new (Hmac as any)(algorithm, key, options);
  validateString(algorithm, "hmac");
  const native = ops.node_hmac_new(digestName(algorithm), keyBytes(key, options?.encoding));
  if (native === undefined) throw Object.assign(new Error(`Invalid digest: ${algorithm}`), { code: "ERR_CRYPTO_INVALID_DIGEST" });
  Object.defineProperty(this, kNative, { value: native, writable: true });
  Object.defineProperty(this, kFinished, { value: false, writable: true });
  release(this, native);
  Transform.call(this, options);
}
streaming(Hmac);

Hmac.prototype.update = function (data: any, encoding?: string): any {
  if (this[kFinished]) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
  if (typeof data === "string") validateEncoding(data, encoding);
  ops.node_hmac_update(this[kNative], bytesOf(data, "data", encoding, ["string", "Buffer", "TypedArray", "DataView"]));
  return this;
};

Hmac.prototype.digest = function (encoding?: string): any {
  // Node.js answers a second call with nothing.
  if (this[kFinished]) return output(new Uint8Array(0), encoding);
  this[kFinished] = true;
  return output(ops.node_hmac_finish(this[kNative]), encoding === undefined ? undefined : `${encoding}`);
};

/** A digest in one call. */
export function hash(algorithm: any, input: any, options: any = "hex"): any {
  validateString(algorithm, "algorithm");
  if (typeof input !== "string") bytesOf(input, "input", undefined, ["Buffer", "TypedArray", "DataView", "string"]);
  let encoding = options;
  let length: number | undefined;
  if (typeof options === "object" && options !== null) {
    ({ outputEncoding: encoding = "hex", outputLength: length } = options);
    if (length !== undefined) validateUint32(length, "options.outputLength");
  } else if (typeof options !== "string") {
    validateObject(options, "options");
  }
  const bytes = ops.node_digest(digestName(algorithm), bytesOf(input, "input"), length ?? -1);
  if (bytes === undefined) throw unsupported();
  return encoding === "buffer" ? asBuffer(bytes) : asBuffer(bytes).toString(encoding);
}
