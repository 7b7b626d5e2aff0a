// Primitive values as text.
import {
  ObjectIs,
  StringPrototypeCharCodeAt,
  StringPrototypeIncludes,
  StringPrototypePadStart,
  StringPrototypeSlice,
  NumberPrototypeToString,
  BigIntPrototypeToString,
  SymbolPrototypeToString,
} from "../core/primordials.ts";

export { SymbolPrototypeToString as symbolText } from "../core/primordials.ts";

export function numberText(value: number): string {
  return ObjectIs(value, -0) ? "-0" : NumberPrototypeToString(value);
}

export function primitiveText(value: unknown, longest: number): string {
  switch (typeof value) {
    case "string": return quote(value, longest);
    case "number": return numberText(value);
    case "bigint": return `${BigIntPrototypeToString(value)}n`;
    case "symbol": return SymbolPrototypeToString(value);
    case "boolean": return value ? "true" : "false";
    default: return value === null ? "null" : "undefined";
  }
}

/** A string literal, in the quotes that need the fewest escapes. */
export function quote(text: string, longest: number): string {
  const cut = text.length > longest ? StringPrototypeSlice(text, 0, longest) : text;
  const mark = !StringPrototypeIncludes(cut, "'") ? "'" : !StringPrototypeIncludes(cut, '"') ? '"' : !StringPrototypeIncludes(cut, "`") && !StringPrototypeIncludes(cut, "${") ? "`" : "'";
  let result = mark;
  let start = 0;
  for (let i = 0; i < cut.length; i++) {
    const code = StringPrototypeCharCodeAt(cut, i);
    if (code >= 0x20 && code !== 0x27 && code !== 0x5c && (code < 0x7f || (code > 0x9f && (code < 0xd800 || code > 0xdfff)))) continue;
    const escape = escapeFor(cut, i, code, mark);
    if (escape === "") continue;
    result += StringPrototypeSlice(cut, start, i) + escape;
    start = i + 1;
  }
  result += StringPrototypeSlice(cut, start) + mark;
  const rest = text.length - cut.length;
  return rest > 0 ? `${result}... ${rest} more character${rest > 1 ? "s" : ""}` : result;
}

function escapeFor(text: string, at: number, code: number, mark: string): string {
  switch (code) {
    case 0x08: return "\\b";
    case 0x09: return "\\t";
    case 0x0a: return "\\n";
    case 0x0c: return "\\f";
    case 0x0d: return "\\r";
    case 0x27: return mark === "'" ? "\\'" : "";
    case 0x5c: return "\\\\";
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    const paired = code < 0xdc00 ? isLow(text, at + 1) : at > 0 && isHigh(text, at - 1);
    return paired ? "" : `\\u${NumberPrototypeToString(code, 16)}`;
  }
  return `\\x${StringPrototypePadStart(NumberPrototypeToString(code, 16), 2, "0")}`;
}

function isLow(text: string, at: number): boolean {
  const code = StringPrototypeCharCodeAt(text, at);
  return code >= 0xdc00 && code <= 0xdfff;
}

function isHigh(text: string, at: number): boolean {
  const code = StringPrototypeCharCodeAt(text, at);
  return code >= 0xd800 && code <= 0xdbff;
}

/** Whether a property's name can stand without quotes. */
export function isIdentifier(text: string): boolean {
  if (text.length === 0 || text.length > 200) return false;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    const letter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x24;
    if (!letter && !(i > 0 && code >= 0x30 && code <= 0x39)) return false;
  }
  return true;
}
