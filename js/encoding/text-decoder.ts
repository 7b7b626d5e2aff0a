// https://encoding.spec.whatwg.org/#interface-textdecoder
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { isBufferSource, isSharedArrayBuffer, toDictionary, toDOMString } from "../core/webidl.ts";
import { malformed, type Decoder } from "./decoder.ts";
import { DecodeFlags } from "./ops.ts";

const legacyDecoders = lazy(() => import("./legacy-decoders.ts"));
const unicodeDecoders = lazy(() => import("./unicode-decoders.ts"));
const labels = lazy(() => import("./labels.ts"));
const OriginalUint8Array = Uint8Array;

/** Makes the decoder of an encoding, by its lower-case name. */
export function createDecoder(encoding: string, fatal: boolean, keepMark: boolean): Decoder {
  switch (encoding) {
    case "utf-8": return new (unicodeDecoders().Utf8Decoder)(fatal, keepMark);
    case "utf-16le": return new (unicodeDecoders().Utf16Decoder)(fatal, keepMark, false);
    case "utf-16be": return new (unicodeDecoders().Utf16Decoder)(fatal, keepMark, true);
    default: return legacyDecoders().createLegacyDecoder(encoding, fatal);
  }
}

/** The encoding a label means to TextDecoder and TextDecoderStream, or a RangeError. */
export function decodingFor(label: unknown, what: string): string {
  const text = toDOMString(label);
  if (text === "utf-8" || text === "utf8") return "utf-8";
  const encoding = labels().encodingFor(text);
  if (encoding === undefined || encoding === "replacement") throw new RangeError(`${what}: The encoding label provided ('${text}') is invalid.`);
  return encoding;
}

export class TextDecoder {
  #encoding: string;
  #fatal: boolean;
  #ignoreBOM: boolean;
  // Made when the first chunk that is not a whole text comes.
  #decoder: Decoder | undefined;
  #streaming = false;

  constructor(label: unknown = "utf-8", options?: { fatal?: boolean; ignoreBOM?: boolean }) {
    const what = "Failed to construct 'TextDecoder'";
    const given = toDictionary(options, what);
    this.#fatal = !!given.fatal;
    this.#ignoreBOM = !!given.ignoreBOM;
    this.#encoding = decodingFor(label, what);
  }

  get encoding(): string { return this.#encoding; }
  get fatal(): boolean { return this.#fatal; }
  get ignoreBOM(): boolean { return this.#ignoreBOM; }

  decode(input: ArrayBuffer | ArrayBufferView | undefined = undefined, options: { stream?: boolean } | undefined = undefined): string {
    this.#encoding;
    const what = "Failed to execute 'decode' on 'TextDecoder'";
    let bytes: ArrayBuffer | ArrayBufferView | undefined = input;
    if (input !== undefined && !isBufferSource(input)) {
      if (!isSharedArrayBuffer(input)) throw new TypeError(`${what}: The provided value is not of type '(ArrayBuffer or ArrayBufferView)'.`);
      bytes = new OriginalUint8Array(input);
    }
    const more = !!toDictionary(options, what).stream;
    if (!this.#streaming && !more && this.#encoding === "utf-8") {
      // The whole text at once, in the encoding that nearly all text has.
      if (bytes === undefined) return "";
      const text = ops.utf8_decode(bytes, (this.#fatal ? DecodeFlags.fatal : 0) | (this.#ignoreBOM ? 0 : DecodeFlags.dropByteOrderMark));
      if (text === undefined) throw notEncoded(this.#encoding);
      return text;
    }
    this.#streaming = more;
    const decoder = this.#decoder ??= createDecoder(this.#encoding, this.#fatal, this.#ignoreBOM);
    try {
      return decoder.decode(bytes === undefined ? new OriginalUint8Array(0) : viewBytes(bytes), more);
    } catch (error) {
      if (error !== malformed) throw error;
      this.#streaming = false;
      throw notEncoded(this.#encoding);
    }
  }
}
defineInterface("TextDecoder", TextDecoder);

export function notEncoded(encoding: string): TypeError {
  return new TypeError(`Failed to decode: the data is not valid ${encoding}.`);
}
