// A header list (https://fetch.spec.whatwg.org/#concept-header-list) as a flat array: lower-case name, value, name,
// value… in the order of arrival. The host takes and gives the same shape.
import {
  ArrayPrototypeSort,
  ArrayPrototypeSplice,
  MapPrototypeGet,
  MapPrototypeGetSize,
  MapPrototypeSet,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
} from "../core/primordials.ts";
import { toDOMString } from "../core/webidl.ts";

export type HeaderList = string[];

// RFC 9110 section 5.6.2: 1 for a token character, 2 for an upper-case one.
const tokenCharacters = new Uint8Array(128);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") tokenCharacters[character.charCodeAt(0)] = 1;
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") tokenCharacters[character.charCodeAt(0)] = 2;

export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code > 127 || tokenCharacters[code] === 0) return false;
  }
  return text.length > 0;
}

// Names as workers write them → in lower case. Programs use few different names; the bound is for those that do not.
const knownNames = new Map<string, string>();
const maximumKnownNames = 256;

/** Checks a header name and brings it to lower case. */
export function headerName(value: unknown): string {
  const name = toDOMString(value);
  const known = MapPrototypeGet(knownNames, name);
  if (known !== undefined) return known;
  if (!isToken(name)) throw new TypeError("Invalid header name.");
  const lower = StringPrototypeToLowerCase(name);
  if (name.length <= 64 && MapPrototypeGetSize(knownNames) < maximumKnownNames) MapPrototypeSet(knownNames, name, lower);
  return lower;
}

/** Checks a header value and strips the white space around it. */
export function headerValue(value: unknown): string {
  const text = toDOMString(value);
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code >= 32 && code <= 255) continue;
    if (code > 255) throw new TypeError("Invalid header value.");
    if (code === 9) continue;
    return unusualHeaderValue(text);
  }
  const last = text.length - 1;
  return last >= 0 && (isWhiteSpace(StringPrototypeCharCodeAt(text, 0)) || isWhiteSpace(StringPrototypeCharCodeAt(text, last)))
    ? trimHttpWhiteSpace(text)
    : text;
}

// Control characters are allowed, except that line ends are only where they get stripped, and NUL is nowhere.
function unusualHeaderValue(text: string): string {
  const trimmed = trimHttpWhiteSpace(text);
  for (let i = 0; i < trimmed.length; i++) {
    const code = StringPrototypeCharCodeAt(trimmed, i);
    if (code === 0 || code === 10 || code === 13 || code > 255) throw new TypeError("Invalid header value.");
  }
  return trimmed;
}

function isWhiteSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

export function trimHttpWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(StringPrototypeCharCodeAt(text, start))) start++;
  while (end > start && isWhiteSpace(StringPrototypeCharCodeAt(text, end - 1))) end--;
  return start === 0 && end === text.length ? text : StringPrototypeSlice(text, start, end);
}

/** The values under a name joined with ", ", or null. */
export function getHeader(list: HeaderList, name: string): string | null {
  let result: string | null = null;
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] === name) result = result === null ? list[i + 1]! : `${result}, ${list[i + 1]}`;
  }
  return result;
}

export function hasHeader(list: HeaderList, name: string): boolean {
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) return true;
  return false;
}

export function appendHeader(list: HeaderList, name: string, value: string): void {
  list[list.length] = name;
  list[list.length] = value;
}

/** Replaces the first header of that name and drops the others, or appends. */
export function setHeader(list: HeaderList, name: string, value: string): void {
  for (let i = 0; i < list.length; i += 2) {
    if (list[i] === name) {
      list[i + 1] = value;
      removeHeader(list, name, i + 2);
      return;
    }
  }
  appendHeader(list, name, value);
}

export function removeHeader(list: HeaderList, name: string, from = 0): void {
  for (let i = from; i < list.length; ) {
    if (list[i] === name) ArrayPrototypeSplice(list, i, 2);
    else i += 2;
  }
}

/** "Sort and combine": a flat list in the order of names, `set-cookie` headers apart, others combined. */
export function sortAndCombine(list: HeaderList): HeaderList {
  const names: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    let known = false;
    for (let j = 0; j < names.length && !known; j++) known = names[j] === list[i];
    if (!known) names[names.length] = list[i]!;
  }
  ArrayPrototypeSort(names);
  const result: HeaderList = [];
  for (let n = 0; n < names.length; n++) {
    const name = names[n]!;
    if (name !== "set-cookie") {
      appendHeader(result, name, getHeader(list, name)!);
      continue;
    }
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) appendHeader(result, name, list[i + 1]!);
  }
  return result;
}
