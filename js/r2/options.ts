// The options of a bucket's methods, converted as workerd does, as a flat list of names and values for the host (R2Options.cs).
import {
  DatePrototypeGetTime,
  MathTrunc,
  NumberIsFinite,
  NumberIsInteger,
  NumberPrototypeToString,
  ObjectKeys,
  RegExpPrototypeExec,
  StringPrototypeEndsWith,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
  TypedArrayPrototypeGetByteLength,
} from "../core/primordials.ts";
import { toHex, viewBytes } from "../core/bytes.ts";
import { isBufferSource, isObject, toDictionary, toUSVString } from "../core/webidl.ts";
import { type Headers, getHeader, headerListOf, isHeaders } from "../fetch/index.ts";
import { readETags } from "./etags.ts";

export interface R2Conditional { etagMatches?: string; etagDoesNotMatch?: string; uploadedBefore?: Date; uploadedAfter?: Date; secondsGranularity?: boolean }
export interface R2Range { offset?: number; length?: number; suffix?: number }
export interface R2HttpMetadata {
  contentType?: string;
  contentLanguage?: string;
  contentDisposition?: string;
  contentEncoding?: string;
  cacheControl?: string;
  cacheExpiry?: Date;
}
export interface R2GetOptions { onlyIf?: R2Conditional | Headers; range?: R2Range | Headers; ssecKey?: ArrayBuffer | string }
export interface R2PutOptions {
  onlyIf?: R2Conditional | Headers;
  httpMetadata?: R2HttpMetadata | Headers;
  customMetadata?: Record<string, string>;
  md5?: BufferSource | string;
  sha1?: BufferSource | string;
  sha256?: BufferSource | string;
  sha384?: BufferSource | string;
  sha512?: BufferSource | string;
  storageClass?: string;
  ssecKey?: ArrayBuffer | string;
}
type BufferSource = ArrayBuffer | ArrayBufferView;

export class OptionList {
  readonly flat: string[] = [];

  add(name: string, value: string): void {
    this.flat[this.flat.length] = name;
    this.flat[this.flat.length] = value;
  }

  addNumber(name: string, value: number): void {
    this.add(name, NumberPrototypeToString(value));
  }
}

export function readGetOptions(given: R2GetOptions | null | undefined): string[] {
  const list = new OptionList();
  const { onlyIf, range, ssecKey } = toDictionary(given, "Failed to execute 'get' on 'R2Bucket'");
  if (onlyIf !== undefined) addCondition(list, onlyIf, "get");
  if (range !== undefined) addRange(list, range);
  addKey(list, ssecKey);
  return list.flat;
}

export interface PutParameters { options: string[]; custom: string[] }

export function readPutOptions(given: R2PutOptions | null | undefined, method: "put" | "createMultipartUpload"): PutParameters {
  const list = new OptionList();
  const options = toDictionary(given, `Failed to execute '${method}' on 'R2Bucket'`);
  const { customMetadata, httpMetadata, storageClass, ssecKey } = options;
  if (method === "put") {
    if (options.onlyIf !== undefined) addCondition(list, options.onlyIf, method);
    addHash(list, options);
  }
  if (httpMetadata !== undefined) addHttpMetadata(list, httpMetadata);
  if (storageClass !== undefined) list.add("storageClass", toUSVString(storageClass));
  addKey(list, ssecKey);
  return { options: list.flat, custom: readCustomMetadata(customMetadata) };
}

/** The key of encryption that the caller holds: the host says that it has no such thing. */
export function addKey(list: OptionList, key: ArrayBuffer | ArrayBufferView | string | undefined): void {
  if (key === undefined) return;
  if (isBufferSource(key)) {
    if (TypedArrayPrototypeGetByteLength(viewBytes(key)) !== 32) throw new Error("SSE-C Key must be 32 bytes in length");
  } else {
    const text = toUSVString(key);
    if (RegExpPrototypeExec(/^[0-9a-f]+$/, text) === null) throw new Error("SSE-C Key has invalid format");
    if (text.length !== 64) throw new Error("SSE-C Key must be 32 bytes in length");
  }
  list.add("ssecKey", "");
}

function addCondition(list: OptionList, given: unknown, method: string): void {
  if (isHeaders(given)) {
    const headers = headerListOf(given);
    const match = getHeader(headers, "if-match");
    if (match !== null) readETags(list, "matches", match, "if-match");
    const noneMatch = getHeader(headers, "if-none-match");
    if (noneMatch !== null) readETags(list, "doesNotMatch", noneMatch, "if-none-match");
    addHeaderDate(list, "uploadedAfter", getHeader(headers, "if-modified-since"));
    addHeaderDate(list, "uploadedBefore", getHeader(headers, "if-unmodified-since"));
    list.add("secondsGranularity", "");
    return;
  }
  const { etagMatches, etagDoesNotMatch, uploadedBefore, uploadedAfter, secondsGranularity } = toDictionary(given as R2Conditional, `Failed to execute '${method}' on 'R2Bucket'`);
  addETag(list, "matches", etagMatches, "etagMatches");
  addETag(list, "doesNotMatch", etagDoesNotMatch, "etagDoesNotMatch");
  if (uploadedBefore !== undefined) list.addNumber("uploadedBefore", toTime(uploadedBefore, "uploadedBefore", "Conditional"));
  if (uploadedAfter !== undefined) list.addNumber("uploadedAfter", toTime(uploadedAfter, "uploadedAfter", "Conditional"));
  if (secondsGranularity) list.add("secondsGranularity", "");
}

function addETag(list: OptionList, name: string, tag: unknown, field: string): void {
  if (tag === undefined) return;
  const text = requireString(tag, field, "Conditional");
  if (text.length > 1 && StringPrototypeStartsWith(text, '"') && StringPrototypeEndsWith(text, '"')) {
    throw new TypeError(`Conditional ETag should not be wrapped in quotes (${text}).`);
  }
  if (text === "*") list.add(`${name}Any`, "");
  else list.add(name, text);
}

// A date that is none asks nothing, as a server of HTTP has it.
function addHeaderDate(list: OptionList, name: string, text: string | null): void {
  if (text === null) return;
  const time = DatePrototypeGetTime(new Date(text));
  if (NumberIsFinite(time)) list.addNumber(name, time);
}

function addRange(list: OptionList, given: unknown): void {
  if (isHeaders(given)) {
    const header = getHeader(headerListOf(given), "range");
    if (header !== null) list.add("range", header);
    return;
  }
  const { offset, length, suffix } = toDictionary(given as R2Range, "Failed to execute 'get' on 'R2Bucket'");
  if (offset !== undefined) list.addNumber("offset", wholeNumber(offset, "Starting offset", "range"));
  if (length !== undefined) list.addNumber("length", wholeNumber(length, "Length", "range"));
  if (suffix === undefined) return;
  if (offset !== undefined) throw new TypeError("Suffix is incompatible with offset.");
  if (length !== undefined) throw new TypeError("Suffix is incompatible with length.");
  list.addNumber("suffix", wholeNumber(suffix, "Suffix", "suffix"));
}

function wholeNumber(value: unknown, what: string, kind: string): number {
  const number = +(value as number);
  if (!(number >= 0)) throw new RangeError(`Invalid ${kind}. ${what} (${number}) must be greater than or equal to 0.`);
  if (!NumberIsInteger(number)) throw new RangeError(`Invalid range. ${what} (${number}) must be an integer, not floating point.`);
  return number;
}

const httpFields = [
  ["contentType", "content-type"],
  ["contentLanguage", "content-language"],
  ["contentDisposition", "content-disposition"],
  ["contentEncoding", "content-encoding"],
  ["cacheControl", "cache-control"],
] as const;

function addHttpMetadata(list: OptionList, given: unknown): void {
  if (isHeaders(given)) {
    const headers = headerListOf(given);
    for (let i = 0; i < httpFields.length; i++) {
      const value = getHeader(headers, httpFields[i]![1]);
      if (value !== null) list.add(httpFields[i]![0], value);
    }
    addHeaderDate(list, "cacheExpiry", getHeader(headers, "expires"));
    return;
  }
  const metadata = toDictionary(given as R2HttpMetadata, "Failed to execute 'put' on 'R2Bucket'");
  for (let i = 0; i < httpFields.length; i++) {
    const value = metadata[httpFields[i]![0]];
    if (value !== undefined) list.add(httpFields[i]![0], toUSVString(value));
  }
  if (metadata.cacheExpiry !== undefined) list.addNumber("cacheExpiry", toTime(metadata.cacheExpiry, "cacheExpiry", "HttpMetadata"));
}

function readCustomMetadata(given: unknown): string[] {
  const flat: string[] = [];
  if (given === undefined) return flat;
  if (!isObject(given)) throw new TypeError("Incorrect type for the 'customMetadata' field on 'PutOptions': the provided value is not of type 'object'.");
  const names = ObjectKeys(given);
  for (let i = 0; i < names.length; i++) {
    flat[flat.length] = toUSVString(names[i]);
    flat[flat.length] = toUSVString((given as Record<string, unknown>)[names[i]!]);
  }
  return flat;
}

const hashes = [["md5", "MD5", 16], ["sha1", "SHA-1", 20], ["sha256", "SHA-256", 32], ["sha384", "SHA-384", 48], ["sha512", "SHA-512", 64]] as const;

function addHash(list: OptionList, options: Partial<R2PutOptions>): void {
  let given = false;
  for (let i = 0; i < hashes.length; i++) {
    const name = hashes[i]![0];
    const label = hashes[i]![1];
    const size = hashes[i]![2];
    const value = options[name];
    if (value === undefined) continue;
    if (given) throw new TypeError("You cannot specify multiple hashing algorithms.");
    given = true;
    if (isBufferSource(value)) {
      const bytes = viewBytes(value);
      const length = TypedArrayPrototypeGetByteLength(bytes);
      if (length !== size) throw new TypeError(`${label} is ${size} bytes, not ${length}`);
      list.add(name, toHex(bytes));
      continue;
    }
    const text = requireString(value, name, "PutOptions");
    if (text.length !== size * 2) throw new TypeError(`${label} is ${size * 2} hex characters, not ${text.length}`);
    if (RegExpPrototypeExec(/^[0-9a-fA-F]+$/, text) === null) throw new TypeError(`Provided ${label} wasn't a valid hex string`);
    list.add(name, StringPrototypeToLowerCase(text));
  }
}

function requireString(value: unknown, field: string, type: string): string {
  if (typeof value !== "string") throw new TypeError(`Incorrect type for the '${field}' field on '${type}': the provided value is not of type 'string'.`);
  return toUSVString(value);
}

function toTime(value: unknown, field: string, type: string): number {
  let time: number;
  try {
    time = typeof value === "number" ? value : DatePrototypeGetTime(value as Date);
  } catch {
    throw new TypeError(`Incorrect type for the '${field}' field on '${type}': the provided value is not of type 'date'.`);
  }
  if (!NumberIsFinite(time)) throw new TypeError(`The '${field}' field on '${type}' is not a valid date.`);
  return MathTrunc(time);
}
