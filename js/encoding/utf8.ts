// UTF-8 for the rest of the layer, without objects around it.
import { ops } from "../core/ops.ts";
import { DecodeFlags } from "./ops.ts";

/** The text's UTF-8; lone surrogates become U+FFFD. */
export function utf8Encode(text: string): Uint8Array<ArrayBuffer> {
  return ops.utf8_encode(text);
}

/** "UTF-8 decode": the byte order mark is dropped, malformed input becomes U+FFFD. */
export function utf8Decode(bytes: ArrayBuffer | ArrayBufferView): string {
  return ops.utf8_decode(bytes, DecodeFlags.dropByteOrderMark)!;
}

/** "UTF-8 decode without BOM": what `TextDecoder` with `ignoreBOM` gives. */
export function utf8DecodeKeepingMark(bytes: ArrayBuffer | ArrayBufferView): string {
  return ops.utf8_decode(bytes, 0)!;
}
