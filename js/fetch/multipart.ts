// multipart/form-data (RFC 7578, https://html.spec.whatwg.org/#multipart-form-data), on bytes: file contents are never
// turned into text.
import { FormData, FormDataPrototypeAppend, blobBytes, blobType, createFile, fileName, formDataEntries, isBlob } from "../blob/index.ts";
import {
  MathFloor,
  MathRandom,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  TypedArrayPrototypeSet,
  TypedArrayPrototypeSlice,
  TypedArrayPrototypeSubarray,
} from "../core/primordials.ts";
import { utf8Decode, utf8Encode } from "../encoding/index.ts";
import { trimHttpWhiteSpace } from "./header-list.ts";

/** The bytes of a form, and its content type with a fresh boundary. */
export function serializeMultipart(form: FormData): { bytes: Uint8Array<ArrayBuffer>; type: string } {
  const boundary = `----formdata-skep-${randomDigits()}${randomDigits()}`;
  const entries = formDataEntries(form);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    chunks[chunks.length] = bytes;
    length += bytes.length;
  };
  // Text between two files is gathered and encoded at once.
  let text = "";
  for (let i = 0; i < entries.length; i += 2) {
    const value = entries[i + 1];
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(normalizeLineEnds(entries[i] as string))}"`;
    if (isBlob(value)) {
      text += `; filename="${escapeName(fileName(value))}"\r\nContent-Type: ${blobType(value) || "application/octet-stream"}\r\n\r\n`;
      add(utf8Encode(text));
      add(blobBytes(value));
      text = "\r\n";
    } else {
      text += `\r\n\r\n${normalizeLineEnds(value as string)}\r\n`;
    }
  }
  add(utf8Encode(`${text}--${boundary}--\r\n`));
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < chunks.length; i++) {
    TypedArrayPrototypeSet(bytes, chunks[i]!, at);
    at += chunks[i]!.length;
  }
  return { bytes, type: `multipart/form-data; boundary=${boundary}` };
}

function randomDigits(): string {
  const digits = `000000${MathFloor(MathRandom() * 1e12)}`;
  return StringPrototypeSlice(digits, digits.length - 12);
}

// Replaces LF and lone CR by CR LF.
function normalizeLineEnds(text: string): string {
  if (StringPrototypeIndexOf(text, "\n") === -1 && StringPrototypeIndexOf(text, "\r") === -1) return text;
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "\r") {
      if (text[i + 1] === "\n") i++;
      result += "\r\n";
    } else {
      result += character === "\n" ? "\r\n" : character;
    }
  }
  return result;
}

function escapeName(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    result += character === "\n" ? "%0A" : character === "\r" ? "%0D" : character === '"' ? "%22" : character;
  }
  return result;
}

const carriageReturn = 13;
const lineFeed = 10;
const dash = 45;

/** Parses a form; throws `TypeError` where it is not one. */
export function parseMultipart(bytes: Uint8Array<ArrayBuffer>, boundary: string): FormData {
  const form = new FormData();
  const delimiter = utf8Encode(`--${boundary}`);
  // The first delimiter may follow a preamble.
  let position = find(bytes, delimiter, 0);
  if (position === -1) throw new TypeError("No initial boundary string (or you have a truncated message).");
  for (;;) {
    position += delimiter.length;
    if (bytes[position] === dash && bytes[position + 1] === dash) return form;
    while (bytes[position] === 32 || bytes[position] === 9) position++;
    if (bytes[position] !== carriageReturn || bytes[position + 1] !== lineFeed) throw malformed("a boundary is not followed by a line end");
    position += 2;
    const part = new PartHeaders();
    position = parsePartHeaders(bytes, position, part);
    const end = findPartEnd(bytes, delimiter, position);
    if (end === -1) throw malformed("the last part has no end");
    appendPart(form, part, bytes, position, end);
    position = end + 2;
  }
}

function malformed(what: string): TypeError {
  return new TypeError(`Malformed multipart/form-data: ${what}.`);
}

class PartHeaders {
  name: string | null = null;
  fileName: string | null = null;
  type: string | null = null;
}

function parsePartHeaders(bytes: Uint8Array<ArrayBuffer>, start: number, part: PartHeaders): number {
  let position = start;
  for (;;) {
    let end = position;
    while (end < bytes.length && !(bytes[end] === carriageReturn && bytes[end + 1] === lineFeed)) end++;
    if (end >= bytes.length) throw malformed("the headers of a part have no end");
    if (end === position) return end + 2;
    const line = utf8Decode(TypedArrayPrototypeSubarray(bytes, position, end));
    const colon = StringPrototypeIndexOf(line, ":");
    if (colon === -1) throw malformed("a header of a part has no colon");
    const name = StringPrototypeToLowerCase(trimHttpWhiteSpace(StringPrototypeSlice(line, 0, colon)));
    const value = trimHttpWhiteSpace(StringPrototypeSlice(line, colon + 1));
    if (name === "content-disposition") parseDisposition(value, part);
    else if (name === "content-type") part.type = value;
    position = end + 2;
  }
}

function parseDisposition(value: string, part: PartHeaders): void {
  let position = StringPrototypeIndexOf(value, ";");
  const kind = StringPrototypeToLowerCase(trimHttpWhiteSpace(position === -1 ? value : StringPrototypeSlice(value, 0, position)));
  if (kind !== "form-data") throw malformed("a part's Content-Disposition is not form-data");
  while (position !== -1 && position < value.length) {
    position++;
    const equals = StringPrototypeIndexOf(value, "=", position);
    if (equals === -1) return;
    const name = StringPrototypeToLowerCase(trimHttpWhiteSpace(StringPrototypeSlice(value, position, equals)));
    let text = "";
    position = equals + 1;
    if (value[position] === '"') {
      position++;
      // Browsers escape as %22; others put a backslash before the quote. A backslash before anything else is itself
      // (Windows paths).
      while (position < value.length && value[position] !== '"') {
        if (value[position] === "\\" && value[position + 1] === '"') position++;
        text += value[position++];
      }
      position = StringPrototypeIndexOf(value, ";", position);
    } else {
      const end = StringPrototypeIndexOf(value, ";", position);
      text = trimHttpWhiteSpace(StringPrototypeSlice(value, position, end === -1 ? value.length : end));
      position = end;
    }
    if (name === "name") part.name = unescapeName(text);
    else if (name === "filename") part.fileName = unescapeName(text);
  }
}

function unescapeName(text: string): string {
  if (StringPrototypeIndexOf(text, "%") === -1) return text;
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const code = text[i] === "%" ? StringPrototypeSlice(text, i, i + 3) : "";
    const character = code === "%22" ? '"' : code === "%0A" || code === "%0a" ? "\n" : code === "%0D" || code === "%0d" ? "\r" : "";
    if (character === "") result += text[i];
    else {
      result += character;
      i += 2;
    }
  }
  return result;
}

function appendPart(form: FormData, part: PartHeaders, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): void {
  if (part.name === null) throw new TypeError("No valid Content-Disposition header found in FormData part.");
  if (part.fileName === null) {
    FormDataPrototypeAppend(form, part.name, utf8Decode(TypedArrayPrototypeSubarray(bytes, start, end)));
  } else {
    FormDataPrototypeAppend(form, part.name, createFile(TypedArrayPrototypeSlice(bytes, start, end), part.fileName, part.type ?? "text/plain"));
  }
}

/** The index of the CR before the next delimiter line. */
function findPartEnd(bytes: Uint8Array, delimiter: Uint8Array, from: number): number {
  // A part may be empty: its delimiter then follows the headers' own empty line.
  let position = find(bytes, delimiter, from);
  while (position !== -1) {
    if (position - 2 >= from - 2 && bytes[position - 1] === lineFeed && bytes[position - 2] === carriageReturn) return position - 2;
    position = find(bytes, delimiter, position + 1);
  }
  return -1;
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const last = bytes.length - wanted.length;
  const first = wanted[0]!;
  outer: for (let i = from; i <= last; i++) {
    if (bytes[i] !== first) continue;
    for (let j = 1; j < wanted.length; j++) if (bytes[i + j] !== wanted[j]) continue outer;
    return i;
  }
  return -1;
}
