// The encodings of documents, as lol-html has them: those in which markup looks as in ASCII.
import { createDecoder } from "../encoding/index.ts";
import { encodingFor } from "../encoding/labels.ts";
import { type Response, getHeader, responseHeaderList } from "../fetch/index.ts";
import { extractMimeType } from "../fetch/mime-type.ts";

export interface Charset {
  readonly name: string;
  /** What the bytes from 128 on mean, where a byte is a character. */
  readonly upper: string | null;
}

const utf8: Charset = { name: "utf-8", upper: null };
let lastSingleByte: Charset = utf8;

/** The encoding that a response's Content-Type names. */
export function charsetOf(response: Response): Charset {
  const headers = responseHeaderList(response);
  const type = headers === undefined ? null : getHeader(headers, "content-type");
  const label = type === null ? null : extractMimeType(type)?.parameter("charset") ?? null;
  if (label === null || label === "") return utf8;
  const name = encodingFor(label);
  switch (name) {
    case "utf-8":
      return utf8;
    case undefined: case "replacement":
      throw new TypeError("Parser error: Unknown character encoding has been provided.");
    case "utf-16be": case "utf-16le": case "iso-2022-jp":
      throw new TypeError("Parser error: Expected ASCII-compatible encoding.");
    case "gbk": case "gb18030": case "big5": case "euc-jp": case "shift_jis": case "euc-kr":
      return { name, upper: null };
  }
  if (lastSingleByte.name !== name) lastSingleByte = { name, upper: upperHalf(name) };
  return lastSingleByte;
}

function upperHalf(name: string): string {
  const bytes = new Uint8Array(128);
  for (let i = 0; i < 128; i++) bytes[i] = 128 + i;
  return createDecoder(name, false, true).decode(bytes, false);
}
