// https://encoding.spec.whatwg.org/#iso-2022-jp-decoder: the one encoding with states that escapes switch between.
import { StringPrototypeCharCodeAt } from "../core/primordials.ts";
import { INCOMPLETE, MALFORMED, NOTHING, type Scanner } from "./scanner.ts";

const ASCII = 0;
const ROMAN = 1;
const KATAKANA = 2;
const DOUBLE = 3;

export class Iso2022JpScanner implements Scanner {
  next = 0;
  #jis0208: string;
  #state = ASCII;
  // An escape sequence right after another is an error: it would let text hide from those who look at bytes.
  #escaped = false;

  constructor(jis0208: string) {
    this.#jis0208 = jis0208;
  }

  reset(): void {
    this.#state = ASCII;
    this.#escaped = false;
  }

  scan(bytes: Uint8Array, at: number, length: number, last: boolean): number {
    const byte = bytes[at]!;
    this.next = at + 1;
    if (byte === 0x1b) return this.#escape(bytes, at, length, last);
    if (this.#state === DOUBLE) return this.#double(bytes, at, length);
    this.#escaped = false;
    if (this.#state === KATAKANA) return byte >= 0x21 && byte <= 0x5f ? 0xff61 - 0x21 + byte : MALFORMED;
    if (byte > 0x7f || byte === 0x0e || byte === 0x0f) return MALFORMED;
    if (this.#state === ROMAN) {
      if (byte === 0x5c) return 0xa5;
      if (byte === 0x7e) return 0x203e;
    }
    return byte;
  }

  #double(bytes: Uint8Array, at: number, length: number): number {
    const lead = bytes[at]!;
    if (lead < 0x21 || lead > 0x7e) {
      this.#escaped = false;
      return MALFORMED;
    }
    if (at + 1 === length) return INCOMPLETE;
    this.#escaped = false;
    const trail = bytes[at + 1]!;
    if (trail === 0x1b) return MALFORMED;
    this.next = at + 2;
    if (trail < 0x21 || trail > 0x7e) return MALFORMED;
    const code = StringPrototypeCharCodeAt(this.#jis0208, (lead - 0x21) * 94 + trail - 0x21);
    return code === 0 ? MALFORMED : code;
  }

  #escape(bytes: Uint8Array, at: number, length: number, last: boolean): number {
    const available = length - at - 1;
    if (available < 2 && !last) {
      if (available === 0 || bytes[at + 1] === 0x24 || bytes[at + 1] === 0x28) return INCOMPLETE;
    }
    const state = available < 2 ? undefined : stateFor(bytes[at + 1]!, bytes[at + 2]!);
    if (state === undefined) {
      this.#escaped = false;
      return MALFORMED;
    }
    this.next = at + 3;
    this.#state = state;
    const twice = this.#escaped;
    this.#escaped = true;
    return twice ? MALFORMED : NOTHING;
  }
}

function stateFor(lead: number, byte: number): number | undefined {
  if (lead === 0x28) return byte === 0x42 ? ASCII : byte === 0x4a ? ROMAN : byte === 0x49 ? KATAKANA : undefined;
  if (lead === 0x24) return byte === 0x40 || byte === 0x42 ? DOUBLE : undefined;
  return undefined;
}
