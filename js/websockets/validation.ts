// https://websockets.spec.whatwg.org/: what the constructor and close() take.
import { isCompatible } from "../core/compatibility.ts";
import { StringPrototypeCharCodeAt, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase, SymbolIterator, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush, StringPrototypeIncludes, TypedArrayPrototypeGetByteLength } from "../core/primordials.ts";
import { isObject, toDOMString, toSequence, toUnsignedShort, toUSVString } from "../core/webidl.ts";
import { utf8Encode } from "../encoding/index.ts";
import { createDOMException } from "../events/index.ts";
import { parseURL, urlHref } from "../url/index.ts";

const what = "WebSocket Constructor: ";
const maxReasonBytes = 123;

/** A close frame without a code, as the events tell it. */
export const noStatus = 1005;
export const abnormal = 1006;

/** The URL of a WebSocket, normalised: ws or wss. */
export function toSocketUrl(value: unknown): string {
  const parsed = parseURL(toUSVString(value), undefined);
  if (parsed === null) throw createDOMException("SyntaxError", `${what}The url is invalid.`);
  let href = urlHref(parsed);
  if (StringPrototypeStartsWith(href, "http:") || StringPrototypeStartsWith(href, "https:")) href = `ws${StringPrototypeSlice(href, 4)}`;
  if (!StringPrototypeStartsWith(href, "ws:") && !StringPrototypeStartsWith(href, "wss:")) {
    throw createDOMException("SyntaxError", `${what}The url scheme must be ws or wss.`);
  }
  if (StringPrototypeIncludes(href, "#")) throw createDOMException("SyntaxError", `${what}The url fragment must be empty.`);
  return href;
}

/** The Sec-WebSocket-Protocol header for the constructor's second argument; undefined for none. */
export function toProtocols(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value) || (value as Record<symbol, unknown>)[SymbolIterator] === undefined) {
    const protocol = toDOMString(value);
    if (!isToken(protocol)) throw createDOMException("SyntaxError", `${what}The protocol header token is invalid.`);
    return protocol;
  }
  const protocols = toSequence(value, toDOMString, "Failed to construct 'WebSocket'");
  const seen: string[] = [];
  for (let i = 0; i < protocols.length; i++) {
    const protocol = protocols[i]!;
    if (!isToken(protocol)) throw createDOMException("SyntaxError", `${what}One of the protocol header tokens is invalid.`);
    const lower = StringPrototypeToLowerCase(protocol);
    if (ArrayPrototypeIndexOf(seen, lower) !== -1) throw createDOMException("SyntaxError", `${what}The protocols header cannot have repeating values.`);
    ArrayPrototypePush(seen, lower);
  }
  return protocols.length === 0 ? undefined : ArrayPrototypeJoin(protocols, ", ");
}

// RFC 9110, section 5.6.2.
const separators = "()<>@,;:\\\"/[]?={}";

function isToken(text: string): boolean {
  if (text === "") return false;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code < 0x21 || code > 0x7e || StringPrototypeIncludes(separators, text[i]!)) return false;
  }
  return true;
}

/** close()'s first argument; 1005 when it is left out. */
export function toCloseCode(value: unknown): number {
  if (value === undefined) return noStatus;
  const code = toUnsignedShort(value, { __proto__: null, clamp: true } as object);
  const allowed = isCompatible("pedanticWpt")
    ? code === 1000 || (code >= 3000 && code <= 4999)
    : code >= 1000 && code <= 4999 && code !== 1004 && code !== noStatus && code !== abnormal && code !== 1015;
  if (!allowed) throw createDOMException("InvalidAccessError", `Invalid WebSocket close code: ${code}.`);
  return code;
}

/** close()'s second argument. */
export function toCloseReason(value: unknown, code: number): string {
  if (value === undefined) return "";
  const reason = toUSVString(value);
  if (isCompatible("webSocketCloseReasonByteLimit") && TypedArrayPrototypeGetByteLength(utf8Encode(reason)) > maxReasonBytes) {
    throw createDOMException("SyntaxError", "WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.");
  }
  if (code === noStatus) throw createDOMException("InvalidAccessError", "If you specify a WebSocket close reason, you must also specify a code.");
  return reason;
}
