// https://developers.cloudflare.com/r2/api/workers/workers-api-reference/#r2object-definition
import { defineInterface } from "../core/define.ts";
import { DatePrototypeToUTCString, JSONParse, NumberParseInt, PromiseReject, StringPrototypeSlice } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import type { Blob } from "../blob/index.ts";
import { BodyState, type Headers, HeadersPrototypeSet, Source, bodyArrayBuffer, bodyBlob, bodyBytes, bodyJson, bodyStream, bodyText, hostBodyState, isUsed } from "../fetch/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import type { R2HttpMetadata } from "./options.ts";
import type { R2Answer, R2ObjectRecord } from "./ops.ts";

const key = {};

export class R2Checksums {
  readonly md5: ArrayBuffer | undefined;
  readonly sha1: ArrayBuffer | undefined;
  readonly sha256: ArrayBuffer | undefined;
  readonly sha384: ArrayBuffer | undefined;
  readonly sha512: ArrayBuffer | undefined;
  readonly #text: Record<string, string>;

  constructor(given: unknown, text: Record<string, string>) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#text = text;
    this.md5 = fromHex(text.md5);
    this.sha1 = fromHex(text.sha1);
    this.sha256 = fromHex(text.sha256);
    this.sha384 = fromHex(text.sha384);
    this.sha512 = fromHex(text.sha512);
  }

  toJSON(): Record<string, string | undefined> {
    const { md5, sha1, sha256, sha384, sha512 } = this.#text;
    return { md5, sha1, sha256, sha384, sha512 };
  }
}
defineInterface("R2Checksums", R2Checksums);

export class R2Object {
  readonly key: string;
  readonly version: string;
  readonly size: number;
  readonly etag: string;
  readonly httpEtag: string;
  readonly checksums: R2Checksums;
  readonly uploaded: Date;
  readonly httpMetadata: R2HttpMetadata | undefined;
  readonly customMetadata: Record<string, string> | undefined;
  readonly range: { offset: number; length: number } | undefined;
  readonly storageClass: string;
  readonly ssecKeyMd5: undefined;

  constructor(given: unknown, record: R2ObjectRecord) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.key = record.key;
    this.version = record.version;
    this.size = record.size;
    this.etag = record.etag;
    this.httpEtag = `"${record.etag}"`;
    this.checksums = new R2Checksums(key, record.checksums);
    this.uploaded = new Date(record.uploaded);
    this.httpMetadata = httpMetadata(record);
    this.customMetadata = record.customMetadata;
    this.range = record.range;
    this.storageClass = record.storageClass;
    this.ssecKeyMd5 = undefined;
  }

  writeHttpMetadata(headers: Headers): void {
    const metadata = this.httpMetadata;
    if (metadata === undefined) {
      throw new TypeError(`HTTP metadata unknown for key \`${this.key}\`. Did you forget to add 'httpMetadata' to \`include\` when listing?`);
    }
    const { contentType, contentLanguage, contentDisposition, contentEncoding, cacheControl, cacheExpiry } = metadata;
    if (contentType !== undefined) HeadersPrototypeSet(headers, "content-type", contentType);
    if (contentLanguage !== undefined) HeadersPrototypeSet(headers, "content-language", contentLanguage);
    if (contentDisposition !== undefined) HeadersPrototypeSet(headers, "content-disposition", contentDisposition);
    if (contentEncoding !== undefined) HeadersPrototypeSet(headers, "content-encoding", contentEncoding);
    if (cacheControl !== undefined) HeadersPrototypeSet(headers, "cache-control", cacheControl);
    if (cacheExpiry !== undefined) HeadersPrototypeSet(headers, "expires", DatePrototypeToUTCString(cacheExpiry));
  }
}
defineInterface("R2Object", R2Object);

let isBody: (value: unknown) => boolean;

export class R2ObjectBody extends R2Object {
  readonly #body: BodyState;

  constructor(given: unknown, record: R2ObjectRecord, body: BodyState) {
    super(given, record);
    this.#body = body;
  }

  get body(): ReadableStream { return bodyStream(this.#body); }
  get bodyUsed(): boolean { return isUsed(this.#body); }

  arrayBuffer(): Promise<ArrayBuffer> { return isBody(this) ? bodyArrayBuffer(this.#body) : illegalInvocation(); }
  bytes(): Promise<Uint8Array> { return isBody(this) ? bodyBytes(this.#body) : illegalInvocation(); }
  text(): Promise<string> { return isBody(this) ? bodyText(this.#body) : illegalInvocation(); }
  json(): Promise<unknown> { return isBody(this) ? bodyJson(this.#body) : illegalInvocation(); }
  blob(): Promise<Blob> { return isBody(this) ? bodyBlob(this.#body, this.httpMetadata?.contentType ?? null) : illegalInvocation(); }

  static {
    isBody = (value) => isObject(value) && #body in value;
  }
}
defineInterface("R2ObjectBody", R2ObjectBody);

const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

/** The object that the host describes. */
export function createObject(record: R2ObjectRecord): R2Object {
  return new R2Object(key, record);
}

export function parseObject(json: string): R2Object {
  return createObject(JSONParse(json) as R2ObjectRecord);
}

/** The object of an answer: with its content, unless a condition did not hold. */
export function objectOf(answer: R2Answer): R2Object {
  const record = JSONParse(answer[0]) as R2ObjectRecord;
  const content = answer[1];
  if (content === null) return createObject(record);
  return new R2ObjectBody(key, record, typeof content === "number" ? hostBodyState(content, answer[2]) : new BodyState(Source.bytes, new Uint8Array(content)));
}

function httpMetadata(record: R2ObjectRecord): R2HttpMetadata | undefined {
  const told = record.httpMetadata;
  if (told === undefined) return undefined;
  if (told.cacheExpiry !== undefined) (told as R2HttpMetadata).cacheExpiry = new Date(told.cacheExpiry);
  return told as R2HttpMetadata;
}

function fromHex(text: string | undefined): ArrayBuffer | undefined {
  if (text === undefined) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = NumberParseInt(StringPrototypeSlice(text, i * 2, i * 2 + 2), 16);
  return bytes.buffer;
}
