// https://nodejs.org/api/crypto.html: scrypt, PBKDF2 and HKDF.
import { codes } from "lib:internal/codes";
import { asBuffer, bytesOf, digestInfo, digestName, later, ops } from "lib:internal/crypto/util";
import { keyBytes } from "lib:internal/crypto/keys";
import { validateFunction, validateInteger, validateInt32, validateObject, validateString, validateUint32 } from "lib:internal/validators";

const MOST = 2 ** 31 - 1;

function derive(password: any, salt: any, iterations: any, length: any, digest: any): [any] {
  const bytes = ops.node_pbkdf2(digestName(digest), bytesOf(password, "password"), bytesOf(salt, "salt"), iterations, length);
  if (bytes === undefined) throw new codes.ERR_CRYPTO_INVALID_DIGEST(digest);
  return [asBuffer(bytes)];
}

function checkPbkdf2(password: any, salt: any, iterations: any, length: any, digest: any): void {
  validateString(digest, "digest");
  bytesOf(password, "password");
  bytesOf(salt, "salt");
  validateInt32(iterations, "iterations", 1);
  validateInt32(length, "keylen", 0);
  if (digestInfo(digest) === undefined) throw new codes.ERR_CRYPTO_INVALID_DIGEST(digest);
}

export function pbkdf2(password: any, salt: any, iterations: any, length: any, digest: any, callback: any): void {
  if (typeof digest === "function") [digest, callback] = [undefined, digest];
  checkPbkdf2(password, salt, iterations, length, digest);
  validateFunction(callback, "callback");
  later(() => derive(password, salt, iterations, length, digest), callback);
}

export function pbkdf2Sync(password: any, salt: any, iterations: any, length: any, digest: any): any {
  checkPbkdf2(password, salt, iterations, length, digest);
  return derive(password, salt, iterations, length, digest)[0];
}

function stretch(password: any, salt: any, length: any, options: any): () => [any] {
  const secret = bytesOf(password, "password");
  const salted = bytesOf(salt, "salt");
  validateInt32(length, "keylen", 0);
  if (options !== undefined) validateObject(options, "options");
  const either = (first: string, second: string, otherwise: number): number => {
    const [a, b] = [options?.[first], options?.[second]];
    if (a !== undefined && b !== undefined) throw new codes.ERR_INCOMPATIBLE_OPTION_PAIR(`"${first}"`, `"${second}"`);
    const given = a ?? b;
    if (given !== undefined) validateUint32(given, a !== undefined ? first : second);
    return given === undefined || given === 0 ? otherwise : given;
  };
  const [cost, block, parallel] = [either("N", "cost", 16384), either("r", "blockSize", 8), either("p", "parallelization", 1)];
  const most = options?.maxmem ?? 32 << 20;
  if (options?.maxmem !== undefined) validateInteger(most, "maxmem", 0);
  if (cost < 2 || (cost & (cost - 1)) !== 0 || parallel * block > 2 ** 30 - 1 || 128 * cost * block > most) {
    throw new codes.ERR_CRYPTO_INVALID_SCRYPT_PARAMS(128 * cost * block > most ? "memory limit exceeded" : "invalid parameter");
  }
  return () => {
    const bytes = ops.node_scrypt(secret, salted, cost, block, parallel, most, length);
    if (bytes === undefined) throw new codes.ERR_CRYPTO_INVALID_SCRYPT_PARAMS("memory limit exceeded");
    return [asBuffer(bytes)];
  };
}

export function scrypt(password: any, salt: any, length: any, options: any, callback: any = undefined): void {
  if (callback === undefined) [options, callback] = [undefined, options];
  const compute = stretch(password, salt, length, options);
  validateFunction(callback, "callback");
  later(compute, callback);
}

export const scryptSync = (password: any, salt: any, length: any, options?: any): any => stretch(password, salt, length, options)()[0];

function expand(digest: any, key: any, salt: any, info: any, length: any): () => [ArrayBuffer] {
  validateString(digest, "digest");
  const secret = keyBytes(key, undefined, "ikm");
  const [salted, context] = [bytesOf(salt, "salt"), bytesOf(info, "info")];
  validateInteger(length, "length", 0, MOST);
  if (context.byteLength > 1024) throw new codes.ERR_OUT_OF_RANGE("info", "must not contain more than 1024 bytes", context.byteLength);
  const size = digestInfo(digest)?.[0];
  if (size === undefined) throw new codes.ERR_CRYPTO_INVALID_DIGEST(digest);
  if (length > size * 255) throw new codes.ERR_CRYPTO_INVALID_KEYLEN();
  return () => [ops.node_hkdf(digestName(digest), secret, salted, context, length).buffer];
}

export function hkdf(digest: any, key: any, salt: any, info: any, length: any, callback: any): void {
  const compute = expand(digest, key, salt, info, length);
  validateFunction(callback, "callback");
  later(compute, callback);
}

export const hkdfSync = (digest: any, key: any, salt: any, info: any, length: any): ArrayBuffer => expand(digest, key, salt, info, length)()[0];
