import { defineGlobals } from "../core/define.ts";
import { atob, btoa } from "./base64.ts";
import { TextDecoder } from "./text-decoder.ts";
import { TextEncoder } from "./text-encoder.ts";

export { forgivingBase64Decode } from "./base64.ts";
export { createDecoder, decodingFor, notEncoded, TextDecoder } from "./text-decoder.ts";
export { malformed, type Decoder } from "./decoder.ts";
export { TextEncoder } from "./text-encoder.ts";
export { utf8Decode, utf8DecodeKeepingMark, utf8Encode } from "./utf8.ts";

export function install(): void {
  defineGlobals({ TextDecoder, TextEncoder });
  defineGlobals({ atob, btoa }, true);
}
