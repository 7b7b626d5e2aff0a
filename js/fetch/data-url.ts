// https://fetch.spec.whatwg.org/#data-url-processor
import { StringFromCharCode, StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase, TypedArrayPrototypeSubarray } from "../core/primordials.ts";
import { base64Bytes } from "./base64.ts";
import { trimHttpWhiteSpace } from "./header-list.ts";
import { MimeType, mimeTypeText, parseMimeType } from "./mime-type.ts";

export interface DataUrl {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a serialised data: URL holds, or null when it is malformed. */
export function parseDataUrl(url: string): DataUrl | null {
  const hash = StringPrototypeIndexOf(url, "#");
  const input = StringPrototypeSlice(url, 5, hash === -1 ? url.length : hash);
  const comma = StringPrototypeIndexOf(input, ",");
  if (comma === -1) return null;
  let typeText = trimHttpWhiteSpace(StringPrototypeSlice(input, 0, comma));
  let bytes: Uint8Array<ArrayBuffer> | null = percentDecode(StringPrototypeSlice(input, comma + 1));
  const marked = withoutBase64Marker(typeText);
  if (marked !== null) {
    bytes = base64Bytes(latin1(bytes));
    if (bytes === null) return null;
    typeText = marked;
  }
  if (typeText.length > 0 && typeText[0] === ";") typeText = `text/plain${typeText}`;
  const type = parseMimeType(typeText) ?? new MimeType("text/plain", ["charset", "US-ASCII"]);
  return { type: mimeTypeText(type), bytes };
}

// "ends with U+003B (;), followed by zero or more U+0020 SPACE, followed by an ASCII case-insensitive match for base64"
function withoutBase64Marker(text: string): string | null {
  if (text.length < 7 || StringPrototypeToLowerCase(StringPrototypeSlice(text, text.length - 6)) !== "base64") return null;
  let end = text.length - 6;
  while (end > 0 && text[end - 1] === " ") end--;
  return end > 0 && text[end - 1] === ";" ? StringPrototypeSlice(text, 0, end - 1) : null;
}

function percentDecode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code === 37 && i + 2 < text.length) {
      const high = hexDigit(StringPrototypeCharCodeAt(text, i + 1));
      const low = hexDigit(StringPrototypeCharCodeAt(text, i + 2));
      if (high !== -1 && low !== -1) {
        bytes[length++] = high * 16 + low;
        i += 2;
        continue;
      }
    }
    bytes[length++] = code;
  }
  return TypedArrayPrototypeSubarray(bytes, 0, length);
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += StringFromCharCode(bytes[i]!);
  return text;
}
