// Bytes and text, on the host's ops (native/buffer.cc).
const { ops } = internalBinding("layer");
const [ascii, utf8, base64, utf16, latin1, hex, base64url] = [0, 1, 2, 3, 4, 5, 7];

export const kMaxLength = 2 ** 53 - 1;
export const kStringMaxLength = 0x1fffffe8;

const slice = (encoding: number) => (view: Uint8Array, start?: number, end?: number): string => ops.buffer_text(view, encoding, start, end);
const write = (encoding: number) => (view: Uint8Array, text: string, offset?: number, length?: number): number => ops.buffer_write(view, encoding, text, offset, length);
export const asciiSlice = slice(ascii);
export const base64Slice = slice(base64);
export const base64urlSlice = slice(base64url);
export const latin1Slice = slice(latin1);
export const hexSlice = slice(hex);
export const ucs2Slice = slice(utf16);
export const utf8Slice = slice(utf8);
export const base64Write = write(base64);
export const base64urlWrite = write(base64url);
export const hexWrite = write(hex);
export const ucs2Write = write(utf16);

export const asciiWriteStatic = (view: Uint8Array, text: string, offset?: number, length?: number): number => ops.buffer_write(view, latin1, text, offset, length);
export const latin1WriteStatic = asciiWriteStatic;
export const utf8WriteStatic = (view: Uint8Array, text: string, offset?: number, length?: number): number => ops.buffer_write(view, utf8, text, offset, length);

export const byteLengthUtf8 = (text: string): number => ops.buffer_utf8_length(text);
export const createFromString = (text: string, encoding: number): Uint8Array => asBuffer(ops.buffer_from(text, encoding));
// Nobody sees what memory held before.
export const createUnsafeArrayBuffer = (size: number): ArrayBuffer => new ArrayBuffer(size);
export const setDetachKey = (): void => {};
export const arrayBufferAlignedOffset = (): number => 0;

function asBuffer(bytes: Uint8Array): Uint8Array {
  return Object.setPrototypeOf(bytes, require("buffer").Buffer.prototype);
}

export function copy(source: Uint8Array, target: Uint8Array, targetStart: number, sourceStart: number, count: number): number {
  const bytes = new Uint8Array(source.buffer, source.byteOffset + sourceStart, count);
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes, targetStart);
  return count;
}

export function copyArrayBuffer(target: ArrayBuffer, targetOffset: number, source: ArrayBuffer, sourceOffset: number, count: number): void {
  new Uint8Array(target, targetOffset, count).set(new Uint8Array(source, sourceOffset, count));
}

export const compare = (a: Uint8Array, b: Uint8Array): number => ops.buffer_compare(a, b);

export function compareOffset(a: Uint8Array, b: Uint8Array, bStart: number, aStart: number, bLength: number, aLength: number): number {
  const { codes } = require("internal/errors");
  if (aStart > a.byteLength) throw new codes.ERR_OUT_OF_RANGE("sourceStart", `<= ${a.byteLength}`, aStart);
  if (bStart > b.byteLength) throw new codes.ERR_OUT_OF_RANGE("targetStart", `<= ${b.byteLength}`, bStart);
  return ops.buffer_compare(part(a, aStart, aLength), part(b, bStart, bLength));
}

const part = (view: Uint8Array, start: number, length: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, Math.min(length, view.byteLength - start));

/** -1: the range is out of bounds; -2: there is nothing to fill with. */
export function fill(view: Uint8Array, value: any, start: number, end: number, encoding?: string): number | void {
  if (!(start >= 0 && end <= view.byteLength)) return -2;
  if (start >= end) return;
  const target = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
  if (typeof value === "number") {
    target.fill(value);
    return;
  }
  if (typeof value === "boolean") {
    target.fill(value ? 1 : 0);
    return;
  }
  const pattern: Uint8Array = typeof value === "string" ? ops.buffer_from(value, encodingNumber(encoding)) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (pattern.length === 0) return -1;
  target.set(pattern.subarray(0, target.length));
  for (let done = pattern.length; done < target.length; done *= 2) target.copyWithin(done, 0, Math.min(done, target.length - done));
}

function encodingNumber(encoding: string | undefined): number {
  return require("internal/util").encodingsMap[require("internal/util").normalizeEncoding(encoding)] ?? utf8;
}

export const indexOfString = (view: Uint8Array, text: string, offset: number, encoding: number, forward: boolean): number => ops.buffer_index_of(view, text, offset, encoding, forward);
export const indexOfBuffer = (view: Uint8Array, bytes: Uint8Array, offset: number, encoding: number, forward: boolean): number => ops.buffer_index_of(view, bytes, offset, encoding, forward);
export const indexOfNumber = (view: Uint8Array, byte: number, offset: number, forward: boolean): number => ops.buffer_index_of(view, byte, offset, latin1, forward);

export const swap16 = (view: Uint8Array): Uint8Array => ops.buffer_swap(view, 2);
export const swap32 = (view: Uint8Array): Uint8Array => ops.buffer_swap(view, 4);
export const swap64 = (view: Uint8Array): Uint8Array => ops.buffer_swap(view, 8);

export const isAscii = (bytes: ArrayBufferView | ArrayBuffer): boolean => checked(bytes, 0);
export const isUtf8 = (bytes: ArrayBufferView | ArrayBuffer): boolean => checked(bytes, 1);

function checked(bytes: any, what: number): boolean {
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  if ((buffer as any).detached) {
    const { codes } = require("internal/errors");
    throw new codes.ERR_INVALID_STATE("Cannot validate on a detached buffer");
  }
  return ops.buffer_check(bytes, what);
}

/** -1: a character above 255. */
export const btoa = (text: string): string | -1 => ops.base64_encode(text) ?? -1;

/** -1: an invalid character; -2: a single character remained; -3: another fault. */
export function atob(text: string): string | number {
  const decoded = ops.base64_decode(text);
  return decoded ?? -1;
}

/** Where the pool's flag lies that says whether to fill with zeros. */
export const getZeroFillToggle = (): undefined => undefined;
