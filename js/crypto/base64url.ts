// RFC 7515's base64url: no padding, no white space. Keys are short: a loop is as fast as a crossing to the host, and V8's own
// codec comes too late for the snapshot.
import { StringPrototypeCharCodeAt } from "../core/primordials.ts";
import { lengthOf } from "./buffer-source.ts";
import type { Bytes } from "./ops.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const invalid = 64;
const values = new Uint8Array(128);
for (let i = 0; i < 128; i++) values[i] = invalid;
for (let i = 0; i < alphabet.length; i++) values[StringPrototypeCharCodeAt(alphabet, i)] = i;

export function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let pending = 0;
  const length = lengthOf(bytes);
  for (let i = 0; i < length; i++) {
    pending = ((pending << 8) | bytes[i]!) & 0x3fff;
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(pending >> (bits - 6)) & 63]!;
  }
  return bits === 0 ? text : text + alphabet[(pending << (6 - bits)) & 63]!;
}

/** The bytes, or null for text that is not base64url. */
export function fromBase64Url(text: string): Bytes | null {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array((text.length * 6) >>> 3);
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    const value = code < 128 ? values[code]! : invalid;
    if (value === invalid) return null;
    pending = ((pending << 6) | value) & 0x3fff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = pending >> bits;
    }
  }
  return bytes;
}
