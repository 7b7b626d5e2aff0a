// https://html.spec.whatwg.org/#atob
import { ops } from "../core/ops.ts";
import { requireArguments, toDOMString } from "../core/webidl.ts";
import { createDOMException } from "../events/dom-exception.ts";
import "./ops.ts";

export function atob(data: unknown): string {
  requireArguments(arguments.length, 1, "Failed to execute 'atob'");
  const result = ops.base64_decode(toDOMString(data));
  if (result === undefined) {
    throw createDOMException("InvalidCharacterError", "atob() called with invalid base64-encoded data. (Only whitespace, '+', '/', alphanumeric characters, and '=' are allowed.)");
  }
  return result;
}

/** https://infra.spec.whatwg.org/#forgiving-base64-decode, null for failure. */
export function forgivingBase64Decode(text: string): Uint8Array<ArrayBuffer> | null {
  return ops.base64_decode_bytes(text) ?? null;
}

export function btoa(data: unknown): string {
  requireArguments(arguments.length, 1, "Failed to execute 'btoa'");
  const result = ops.base64_encode(toDOMString(data));
  if (result === undefined) {
    throw createDOMException("InvalidCharacterError", "btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range.");
  }
  return result;
}
