// UTF-8 and UTF-16: the host decodes whole sequences, what a chunk boundary cuts is kept here.
import { copyBytes, viewRange } from "../core/bytes.ts";
import { ops } from "../core/ops.ts";
import { TypedArrayPrototypeGetByteLength, TypedArrayPrototypeSet } from "../core/primordials.ts";
import { malformed, type Decoder } from "./decoder.ts";
import { DecodeFlags } from "./ops.ts";

const OriginalUint8Array = Uint8Array;

abstract class UnicodeDecoder implements Decoder {
  #fatal: boolean;
  #keepMark: boolean;
  #kept: Uint8Array | undefined;
  #markPassed = false;

  constructor(fatal: boolean, keepMark: boolean) {
    this.#fatal = fatal;
    this.#keepMark = keepMark;
  }

  decode(chunk: Uint8Array, more: boolean): string {
    let bytes = chunk;
    const kept = this.#kept;
    if (kept !== undefined) {
      bytes = new OriginalUint8Array(kept.length + TypedArrayPrototypeGetByteLength(chunk));
      TypedArrayPrototypeSet(bytes, kept);
      TypedArrayPrototypeSet(bytes, chunk, kept.length);
      this.#kept = undefined;
    }
    if (more) {
      const length = TypedArrayPrototypeGetByteLength(bytes);
      const whole = this.wholeLength(bytes, length);
      if (whole < length) {
        this.#kept = copyBytes(viewRange(bytes, whole, length));
        bytes = viewRange(bytes, 0, whole);
      }
    }
    const flags = (this.#fatal ? DecodeFlags.fatal : 0) | (this.#keepMark || this.#markPassed ? 0 : DecodeFlags.dropByteOrderMark);
    this.#markPassed = more && (this.#markPassed || TypedArrayPrototypeGetByteLength(bytes) > 0);
    const text = this.decodeWhole(bytes, flags, more);
    if (text === undefined) {
      this.#kept = undefined;
      this.#markPassed = false;
      throw malformed;
    }
    return text;
  }

  /** How many of the bytes do not end within a character. */
  abstract wholeLength(bytes: Uint8Array, length: number): number;
  abstract decodeWhole(bytes: Uint8Array, flags: number, more: boolean): string | undefined;
}

export class Utf8Decoder extends UnicodeDecoder {
  override wholeLength(bytes: Uint8Array, length: number): number {
    for (let back = 1; back <= 3 && back <= length; back++) {
      const byte = bytes[length - back]!;
      if (byte < 0x80) return length;
      if (byte < 0xc0) continue;
      const needed = byte >= 0xf5 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
      if (needed <= back) return length;
      // A second byte that can't follow makes the lead an error by itself, and the rest too.
      if (back > 1) {
        const second = bytes[length - back + 1]!;
        if (byte === 0xe0 && second < 0xa0 || byte === 0xed && second > 0x9f || byte === 0xf0 && second < 0x90 || byte === 0xf4 && second > 0x8f) return length;
      }
      return length - back;
    }
    return length;
  }

  override decodeWhole(bytes: Uint8Array, flags: number): string | undefined {
    return ops.utf8_decode(bytes, flags);
  }
}

export class Utf16Decoder extends UnicodeDecoder {
  #bigEndian: boolean;

  constructor(fatal: boolean, keepMark: boolean, bigEndian: boolean) {
    super(fatal, keepMark);
    this.#bigEndian = bigEndian;
  }

  override wholeLength(bytes: Uint8Array, length: number): number {
    const even = length & ~1;
    if (even === 0) return 0;
    const high = bytes[this.#bigEndian ? even - 2 : even - 1]!;
    return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
  }

  override decodeWhole(bytes: Uint8Array, flags: number, more: boolean): string | undefined {
    const options = flags | (this.#bigEndian ? DecodeFlags.bigEndian : 0);
    const length = TypedArrayPrototypeGetByteLength(bytes);
    if (more || (length & 1) === 0) return ops.utf16_decode(bytes, options);
    if (flags & DecodeFlags.fatal) return undefined;
    // A byte is left over. With a lead surrogate before it they are one error, not two.
    const even = length - 1;
    const cut = this.wholeLength(bytes, even);
    return ops.utf16_decode(viewRange(bytes, 0, cut), options)! + "\ufffd";
  }
}
