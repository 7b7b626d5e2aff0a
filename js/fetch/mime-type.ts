// https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
import { StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { isToken, trimHttpWhiteSpace } from "./header-list.ts";

export class MimeType {
  /** "type/subtype" in lower case. */
  readonly essence: string;
  /** Flat: name in lower case, value. */
  readonly parameters: string[];

  constructor(essence: string, parameters: string[]) {
    this.essence = essence;
    this.parameters = parameters;
  }

  parameter(name: string): string | null {
    for (let i = 0; i < this.parameters.length; i += 2) if (this.parameters[i] === name) return this.parameters[i + 1]!;
    return null;
  }
}

const quote = 34;
const backslash = 92;
const semicolon = 59;
const comma = 44;

/** The MIME type that a text means, or null when it means none. */
export function parseMimeType(text: string): MimeType | null {
  const input = trimHttpWhiteSpace(text);
  const slash = StringPrototypeIndexOf(input, "/");
  if (slash <= 0 || !isToken(StringPrototypeSlice(input, 0, slash))) return null;
  let position = StringPrototypeIndexOf(input, ";", slash);
  if (position === -1) position = input.length;
  const subtype = trimEnd(StringPrototypeSlice(input, slash + 1, position));
  if (!isToken(subtype)) return null;
  const essence = StringPrototypeToLowerCase(`${StringPrototypeSlice(input, 0, slash)}/${subtype}`);
  const parameters: string[] = [];
  const type = new MimeType(essence, parameters);
  while (position < input.length) {
    position++;
    while (position < input.length && isHttpWhiteSpace(StringPrototypeCharCodeAt(input, position))) position++;
    const nameStart = position;
    while (position < input.length && StringPrototypeCharCodeAt(input, position) !== semicolon && input[position] !== "=") position++;
    const name = StringPrototypeToLowerCase(StringPrototypeSlice(input, nameStart, position));
    if (position >= input.length) break;
    if (StringPrototypeCharCodeAt(input, position) === semicolon) continue;
    position++;
    let value = "";
    if (position < input.length && StringPrototypeCharCodeAt(input, position) === quote) {
      position++;
      for (; position < input.length; position++) {
        const code = StringPrototypeCharCodeAt(input, position);
        if (code === quote) break;
        if (code === backslash && position + 1 < input.length) position++;
        value += input[position];
      }
      while (position < input.length && StringPrototypeCharCodeAt(input, position) !== semicolon) position++;
    } else {
      const start = position;
      while (position < input.length && StringPrototypeCharCodeAt(input, position) !== semicolon) position++;
      value = trimEnd(StringPrototypeSlice(input, start, position));
      if (value === "") continue;
    }
    if (isToken(name) && isQuotedStringText(value) && type.parameter(name) === null) {
      parameters[parameters.length] = name;
      parameters[parameters.length] = value;
    }
  }
  return type;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isHttpWhiteSpace(StringPrototypeCharCodeAt(text, end - 1))) end--;
  return StringPrototypeSlice(text, 0, end);
}

function isHttpWhiteSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

// "HTTP quoted-string token code points".
function isQuotedStringText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if ((code < 32 && code !== 9) || code === 127 || code > 255) return false;
  }
  return true;
}

/** https://mimesniff.spec.whatwg.org/#serialize-a-mime-type */
export function mimeTypeText(type: MimeType): string {
  let text = type.essence;
  for (let i = 0; i < type.parameters.length; i += 2) {
    const value = type.parameters[i + 1]!;
    text += `;${type.parameters[i]}=${isToken(value) ? value : quoted(value)}`;
  }
  return text;
}

function quoted(value: string): string {
  let text = '"';
  for (let i = 0; i < value.length; i++) {
    const code = StringPrototypeCharCodeAt(value, i);
    if (code === quote || code === backslash) text += "\\";
    text += value[i];
  }
  return `${text}"`;
}

/**
 * https://fetch.spec.whatwg.org/#concept-header-extract-mime-type: what a Content-Type header says that may have been
 * sent more than once. The last valid type counts; its charset may come from an earlier one of the same essence.
 */
export function extractMimeType(header: string): MimeType | null {
  if (StringPrototypeIndexOf(header, ",") === -1) {
    const only = parseMimeType(header);
    return only === null || only.essence === "*/*" ? null : only;
  }
  let found: MimeType | null = null;
  let charset: string | null = null;
  for (let start = 0; start <= header.length;) {
    const end = endOfListItem(header, start);
    const next = parseMimeType(StringPrototypeSlice(header, start, end));
    start = end + 1;
    if (next === null || next.essence === "*/*") continue;
    const own = next.parameter("charset");
    if (found === null || found.essence !== next.essence) charset = own;
    else if (own !== null) charset = own;
    else if (charset !== null) {
      const { parameters } = next;
      parameters[parameters.length] = "charset";
      parameters[parameters.length] = charset;
    }
    found = next;
  }
  return found;
}

// The next comma that is not in a quoted string.
function endOfListItem(list: string, start: number): number {
  let quoted = false;
  for (let i = start; i < list.length; i++) {
    const code = StringPrototypeCharCodeAt(list, i);
    if (code === quote) quoted = !quoted;
    else if (quoted && code === backslash) i++;
    else if (!quoted && code === comma) return i;
  }
  return list.length;
}
