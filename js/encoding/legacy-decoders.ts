// The decoders of https://encoding.spec.whatwg.org/#legacy-single-byte-encodings and the multi-byte sections after it.
//
// Each is a function over bytes and a position rather than the specification's machine over single bytes: a sequence
// that a chunk cuts is kept and looked at again with the bytes that follow.
import { viewRange } from "../core/bytes.ts";
import { ops } from "../core/ops.ts";
import { ReflectApply, StringFromCharCode, StringPrototypeCharCodeAt, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeSet } from "../core/primordials.ts";
import { malformed, type Decoder } from "./decoder.ts";
import { Iso2022JpScanner } from "./iso-2022-jp.ts";
import { INCOMPLETE, MALFORMED, NOTHING, type Scanner } from "./scanner.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** One of the standard's indexes as code units, 0 where there is no entry. The string's memory is the host's. */
    encoding_index(name: string): string;
  }
}

const OriginalUint8Array = Uint8Array;

export function createLegacyDecoder(encoding: string, fatal: boolean): Decoder {
  return new LegacyDecoder(createScanner(encoding), fatal);
}

function createScanner(encoding: string): Scanner {
  switch (encoding) {
    case "gbk":
    case "gb18030": return new Gb18030Scanner();
    case "big5": return new Big5Scanner();
    case "euc-jp": return new EucJpScanner();
    case "iso-2022-jp": return new Iso2022JpScanner(ops.encoding_index("jis0208"));
    case "shift_jis": return new ShiftJisScanner();
    case "euc-kr": return new EucKrScanner();
    case "x-user-defined": return new UserDefinedScanner();
    case "iso-8859-8-i": return new SingleByteScanner("iso-8859-8");
    default: return new SingleByteScanner(encoding);
  }
}

const batch = 1024;

class LegacyDecoder implements Decoder {
  #scanner: Scanner;
  #fatal: boolean;
  #kept: Uint8Array | undefined;

  constructor(scanner: Scanner, fatal: boolean) {
    this.#scanner = scanner;
    this.#fatal = fatal;
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
    const length = TypedArrayPrototypeGetByteLength(bytes);
    const scanner = this.#scanner;
    let text = "";
    let units: number[] = [];
    scanner.next = 0;
    while (scanner.next < length) {
      const start = scanner.next;
      let code = scanner.scan(bytes, start, length, !more);
      if (code === INCOMPLETE) {
        if (more) {
          this.#kept = new OriginalUint8Array(length - start);
          TypedArrayPrototypeSet(this.#kept, viewRange(bytes, start, length));
          break;
        }
        scanner.next = length;
        code = MALFORMED;
      }
      if (code === NOTHING) continue;
      if (code === MALFORMED) {
        if (this.#fatal) {
          scanner.reset();
          throw malformed;
        }
        code = 0xfffd;
      }
      if (code > 0xffff) {
        // Above the last code point: a letter and its combining mark (Big5), one unit in each half.
        units[units.length] = code >= 0x110000 ? code >>> 16 : 0xd800 + ((code - 0x10000) >> 10);
        units[units.length] = code >= 0x110000 ? code & 0xffff : 0xdc00 + (code & 0x3ff);
      } else {
        units[units.length] = code;
      }
      if (units.length >= batch) {
        text += ReflectApply(StringFromCharCode, undefined, units);
        units = [];
      }
    }
    if (!more) scanner.reset();
    return units.length === 0 ? text : text + ReflectApply(StringFromCharCode, undefined, units);
  }
}

abstract class StatelessScanner implements Scanner {
  next = 0;
  abstract scan(bytes: Uint8Array, at: number, length: number): number;
  reset(): void {}

  /** The end of a two-byte sequence that means `code`, or nothing (0): an ASCII second byte is then read again. */
  protected pair(code: number, second: number, at: number): number {
    this.next = code === 0 && second < 0x80 ? at + 1 : at + 2;
    return code === 0 ? MALFORMED : code;
  }
}

function entry(index: string, pointer: number): number {
  return pointer < index.length ? StringPrototypeCharCodeAt(index, pointer) : 0;
}

class SingleByteScanner extends StatelessScanner {
  #index: string;

  constructor(encoding: string) {
    super();
    this.#index = ops.encoding_index(encoding);
  }

  override scan(bytes: Uint8Array, at: number): number {
    this.next = at + 1;
    const byte = bytes[at]!;
    if (byte < 0x80) return byte;
    const code = entry(this.#index, byte - 0x80);
    return code === 0 ? MALFORMED : code;
  }
}

class UserDefinedScanner extends StatelessScanner {
  override scan(bytes: Uint8Array, at: number): number {
    this.next = at + 1;
    const byte = bytes[at]!;
    return byte < 0x80 ? byte : 0xf780 + byte - 0x80;
  }
}

class Gb18030Scanner extends StatelessScanner {
  #index = ops.encoding_index("gb18030");
  #ranges = ops.encoding_index("gb18030-ranges");

  override scan(bytes: Uint8Array, at: number, length: number): number {
    const first = bytes[at]!;
    this.next = at + 1;
    if (first < 0x80) return first;
    if (first === 0x80) return 0x20ac;
    if (first === 0xff) return MALFORMED;
    if (at + 1 === length) return INCOMPLETE;
    const second = bytes[at + 1]!;
    if (second >= 0x30 && second <= 0x39) return this.#four(bytes, at, length);
    const within = (second >= 0x40 && second <= 0x7e) || (second >= 0x80 && second <= 0xfe);
    return this.pair(within ? entry(this.#index, (first - 0x81) * 190 + second - (second < 0x7f ? 0x40 : 0x41)) : 0, second, at);
  }

  #four(bytes: Uint8Array, at: number, length: number): number {
    if (at + 2 === length) return INCOMPLETE;
    const third = bytes[at + 2]!;
    if (third < 0x81 || third > 0xfe) return MALFORMED;
    if (at + 3 === length) return INCOMPLETE;
    const fourth = bytes[at + 3]!;
    if (fourth < 0x30 || fourth > 0x39) return MALFORMED;
    this.next = at + 4;
    const pointer = ((bytes[at]! - 0x81) * 10 + bytes[at + 1]! - 0x30) * 1260 + (third - 0x81) * 10 + fourth - 0x30;
    if (pointer === 7457) return 0xe7c7;
    if (pointer >= 189000) return pointer <= 1237575 ? 0x10000 + pointer - 189000 : MALFORMED;
    if (pointer > 39419) return MALFORMED;
    // Pairs of a pointer and the code point that it stands for, ascending.
    const ranges = this.#ranges;
    let low = 0;
    let high = ranges.length / 2 - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (entry(ranges, middle * 2) <= pointer) low = middle;
      else high = middle - 1;
    }
    return entry(ranges, low * 2 + 1) + pointer - entry(ranges, low * 2);
  }
}

class Big5Scanner extends StatelessScanner {
  #index = ops.encoding_index("big5");
  // One bit for each pointer: its code point lies in plane 2.
  #plane2 = ops.encoding_index("big5-plane2");

  override scan(bytes: Uint8Array, at: number, length: number): number {
    const lead = bytes[at]!;
    this.next = at + 1;
    if (lead < 0x80) return lead;
    if (lead === 0x80 || lead === 0xff) return MALFORMED;
    if (at + 1 === length) return INCOMPLETE;
    const trail = bytes[at + 1]!;
    let code = 0;
    if ((trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe)) {
      const pointer = (lead - 0x81) * 157 + trail - (trail < 0x7f ? 0x40 : 0x62);
      switch (pointer) {
        case 1133: code = 0x00ca0304; break;
        case 1135: code = 0x00ca030c; break;
        case 1164: code = 0x00ea0304; break;
        case 1166: code = 0x00ea030c; break;
        default:
          code = entry(this.#index, pointer);
          if ((entry(this.#plane2, pointer >> 4) >> (pointer & 15)) & 1) code += 0x20000;
      }
    }
    return this.pair(code, trail, at);
  }
}

class EucJpScanner extends StatelessScanner {
  #jis0208 = ops.encoding_index("jis0208");

  override scan(bytes: Uint8Array, at: number, length: number): number {
    const lead = bytes[at]!;
    this.next = at + 1;
    if (lead < 0x80) return lead;
    if (lead !== 0x8e && lead !== 0x8f && (lead < 0xa1 || lead === 0xff)) return MALFORMED;
    if (at + 1 === length) return INCOMPLETE;
    const second = bytes[at + 1]!;
    if (lead === 0x8e && second >= 0xa1 && second <= 0xdf) return this.pair(0xff61 - 0xa1 + second, second, at);
    if (lead === 0x8f && second >= 0xa1 && second <= 0xfe) {
      if (at + 2 === length) return INCOMPLETE;
      const third = bytes[at + 2]!;
      const within = third >= 0xa1 && third <= 0xfe;
      return this.pair(within ? entry(ops.encoding_index("jis0212"), (second - 0xa1) * 94 + third - 0xa1) : 0, third, at + 1);
    }
    const within = lead >= 0xa1 && second >= 0xa1 && second <= 0xfe;
    return this.pair(within ? entry(this.#jis0208, (lead - 0xa1) * 94 + second - 0xa1) : 0, second, at);
  }
}

class ShiftJisScanner extends StatelessScanner {
  #jis0208 = ops.encoding_index("jis0208");

  override scan(bytes: Uint8Array, at: number, length: number): number {
    const lead = bytes[at]!;
    this.next = at + 1;
    if (lead <= 0x80) return lead;
    if (lead >= 0xa1 && lead <= 0xdf) return 0xff61 - 0xa1 + lead;
    if (lead === 0xa0 || lead > 0xfc) return MALFORMED;
    if (at + 1 === length) return INCOMPLETE;
    const trail = bytes[at + 1]!;
    let code = 0;
    if ((trail >= 0x40 && trail <= 0x7e) || (trail >= 0x80 && trail <= 0xfc)) {
      const pointer = (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + trail - (trail < 0x7f ? 0x40 : 0x41);
      code = pointer >= 8836 && pointer <= 10715 ? 0xe000 - 8836 + pointer : entry(this.#jis0208, pointer);
    }
    return this.pair(code, trail, at);
  }
}

class EucKrScanner extends StatelessScanner {
  #index = ops.encoding_index("euc-kr");

  override scan(bytes: Uint8Array, at: number, length: number): number {
    const lead = bytes[at]!;
    this.next = at + 1;
    if (lead < 0x80) return lead;
    if (lead === 0x80 || lead === 0xff) return MALFORMED;
    if (at + 1 === length) return INCOMPLETE;
    const trail = bytes[at + 1]!;
    const within = trail >= 0x41 && trail <= 0xfe;
    return this.pair(within ? entry(this.#index, (lead - 0x81) * 190 + trail - 0x41) : 0, trail, at);
  }
}
