// https://nodejs.org/api/crypto.html: random bytes, numbers, identifiers and primes.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { isAnyArrayBuffer, isArrayBufferView } from "lib:internal/util/types";
import { bytesOf, later, ops, requireEvent } from "lib:internal/crypto/util";
import { validateBoolean, validateFunction, validateInt32, validateInteger, validateNumber, validateObject } from "lib:internal/validators";

const MOST = 2 ** 31 - 1;

function sizeOf(size: any, unit: number, offset: number, length: number, name = "size"): number {
  validateNumber(size, name);
  size *= unit;
  if (Number.isNaN(size) || size > MOST || size < 0) throw new codes.ERR_OUT_OF_RANGE(name, `>= 0 && <= ${MOST}`, size);
  if (size + offset > length) throw new codes.ERR_OUT_OF_RANGE("size + offset", `<= ${length}`, size + offset);
  return size >>> 0;
}

export function randomBytes(size: any, callback?: any): any {
  const length = sizeOf(size, 1, 0, Infinity);
  if (callback !== undefined) validateFunction(callback, "callback");
  const buffer = Buffer.alloc(length);
  if (callback === undefined) {
    ops.crypto_random_fill(buffer);
    return buffer;
  }
  later(() => {
    ops.crypto_random_fill(buffer);
    return [buffer];
  }, callback);
}

function range(buffer: any, offset: any, size: any): Uint8Array {
  if (!isAnyArrayBuffer(buffer) && !isArrayBufferView(buffer)) throw new codes.ERR_INVALID_ARG_TYPE("buf", ["ArrayBuffer", "ArrayBufferView"], buffer);
  const unit = buffer.BYTES_PER_ELEMENT ?? 1;
  validateNumber(offset, "offset");
  offset *= unit;
  if (Number.isNaN(offset) || offset > Math.min(buffer.byteLength, MOST) || offset < 0) throw new codes.ERR_OUT_OF_RANGE("offset", `>= 0 && <= ${Math.min(buffer.byteLength, MOST)}`, offset);
  const length = size === undefined ? buffer.byteLength - offset : sizeOf(size, unit, offset, buffer.byteLength);
  return ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length) : new Uint8Array(buffer, offset, length);
}

export function randomFillSync(buffer: any, offset: any = 0, size?: any): any {
  ops.crypto_random_fill(range(buffer, offset, size));
  return buffer;
}

export function randomFill(buffer: any, offset: any, size?: any, callback?: any): void {
  if (typeof offset === "function") [offset, size, callback] = [0, undefined, offset];
  else if (typeof size === "function") [size, callback] = [undefined, size];
  validateFunction(callback, "callback");
  const part = range(buffer, offset, size);
  later(() => {
    ops.crypto_random_fill(part);
    return [buffer];
  }, callback);
}

export function randomInt(min: any, max?: any, callback?: any): any {
  if (max === undefined || typeof max === "function") [min, max, callback] = [0, min, max];
  if (callback !== undefined) validateFunction(callback, "callback");
  if (!Number.isSafeInteger(min)) throw new codes.ERR_INVALID_ARG_TYPE("min", "a safe integer", min);
  if (!Number.isSafeInteger(max)) throw new codes.ERR_INVALID_ARG_TYPE("max", "a safe integer", max);
  if (max <= min) throw new codes.ERR_OUT_OF_RANGE("max", `greater than the value of "min" (${min})`, max);
  const span = max - min;
  if (!(span <= 0xffff_ffff_ffff)) throw new codes.ERR_OUT_OF_RANGE(max === span ? "max" : "max - min", `<= ${0xffff_ffff_ffff}`, span);
  const limit = 0x1_0000_0000_0000 - (0x1_0000_0000_0000 % span);
  const draw = (): [number] => {
    while (true) {
      const bytes: any = Buffer.from(ops.crypto_random_bytes(6).buffer);
      const drawn = bytes.readUIntBE(0, 6);
      if (drawn < limit) return [(drawn % span) + min];
    }
  };
  if (callback === undefined) return draw()[0];
  later(draw, callback);
}

export function randomUUID(options?: any): string {
  if (options !== undefined) validateObject(options, "options");
  if (options?.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, "options.disableEntropyCache");
  return ops.crypto_random_uuid();
}

const numberBytes = (value: any, name: string): Uint8Array | undefined => {
  if (value === undefined) return undefined;
  if (typeof value !== "bigint") return bytesOf(value, name, undefined, ["ArrayBuffer", "TypedArray", "Buffer", "DataView", "bigint"]);
  if (value < 0) throw new codes.ERR_OUT_OF_RANGE(name, ">= 0", value);
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
};

function primeMaker(size: any, options: any): () => [unknown] {
  validateInt32(size, "size", 1);
  validateObject(options, "options");
  const { safe = false, bigint = false } = options;
  validateBoolean(safe, "options.safe");
  validateBoolean(bigint, "options.bigint");
  const [add, rem] = [numberBytes(options.add, "options.add"), numberBytes(options.rem, "options.rem")];
  if (add !== undefined && add.length * 8 > size + 8) throw new codes.ERR_OUT_OF_RANGE("invalid options.add", "", "");
  return () => {
    requireEvent();
    const bytes: Uint8Array = ops.node_prime(size, safe, add, rem);
    return [bigint ? BigInt(`0x${Buffer.from(bytes.buffer).toString("hex") || "0"}`) : bytes.buffer];
  };
}

export const generatePrimeSync = (size: any, options: any = {}): unknown => primeMaker(size, options)()[0];
export function generatePrime(size: any, options: any, callback?: any): void {
  if (typeof options === "function") [options, callback] = [{}, options];
  validateFunction(callback, "callback");
  later(primeMaker(size, options), callback);
}

function primeChecker(candidate: any, options: any): () => [boolean] {
  const bytes = numberBytes(candidate, "candidate")!;
  validateObject(options, "options");
  const { checks = 0 } = options;
  validateInteger(checks, "options.checks", 0, MOST);
  return () => [ops.node_is_prime(bytes, checks)];
}

export const checkPrimeSync = (candidate: any, options: any = {}): boolean => primeChecker(candidate, options)()[0];
export function checkPrime(candidate: any, options: any, callback?: any): void {
  if (typeof options === "function") [options, callback] = [{}, options];
  validateFunction(callback, "callback");
  later(primeChecker(candidate, options), callback);
}
