// https://developers.cloudflare.com/r2/api/workers/workers-api-reference/
import { flagEnabled } from "../core/compatibility.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayIsArray, JSONParse, PromisePrototypeThen, PromiseReject, PromiseResolve } from "../core/primordials.ts";
import { isObject, toDictionary, toLong, toSequence, toUSVString } from "../core/webidl.ts";
import { sendContent, type R2Value } from "./content.ts";
import { createUpload, type R2MultipartUpload } from "./multipart-upload.ts";
import { OptionList, type R2GetOptions, type R2PutOptions, readGetOptions, readPutOptions } from "./options.ts";
import type { R2Answer, R2ObjectRecord } from "./ops.ts";
import { createObject, objectOf, parseObject, type R2Object } from "./r2-object.ts";

export interface R2ListOptions { limit?: number; prefix?: string; cursor?: string; delimiter?: string; startAfter?: string; include?: string[] }
export interface R2Objects { objects: R2Object[]; truncated: boolean; cursor?: string; delimitedPrefixes: string[] }

const key = {};
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export class R2Bucket {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  head(name: string): Promise<R2Object | null> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      return PromisePrototypeThen(ops.r2_head(this.#place, toUSVString(name)), parseOrNull);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  get(name: string, options: R2GetOptions | undefined = undefined): Promise<R2Object | null> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const answer = ops.r2_get(this.#place, toUSVString(name), readGetOptions(options));
      return answer === null || ArrayIsArray(answer) ? PromiseResolve(objectOrNull(answer)) : PromisePrototypeThen(answer, objectOrNull);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  put(name: string, value: R2Value, options: R2PutOptions | undefined = undefined): Promise<R2Object | null> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const text = toUSVString(name);
      const { options: list, custom } = readPutOptions(options, "put");
      return PromisePrototypeThen(
        sendContent(value, "put", 2, (length, kind, body) => ops.r2_put(this.#place, text, list, custom, length, kind, body)), parseOrNull);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  createMultipartUpload(name: string, options: R2PutOptions | undefined = undefined): Promise<R2MultipartUpload> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const place = this.#place;
      const text = toUSVString(name);
      const { options: list, custom } = readPutOptions(options, "createMultipartUpload");
      return PromisePrototypeThen(ops.r2_create_upload(place, text, list, custom), (id) => createUpload(place, text, id));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  resumeMultipartUpload(name: string, uploadId: string): R2MultipartUpload {
    if (!isObject(this) || !(#place in this)) throw new TypeError("Illegal invocation");
    return createUpload(this.#place, toUSVString(name), toUSVString(uploadId));
  }

  delete(names: string | string[]): Promise<void> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const keys = ArrayIsArray(names) ? toSequence(names, toUSVString, "Failed to execute 'delete' on 'R2Bucket'") : [toUSVString(names)];
      return ops.r2_delete(this.#place, keys);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  list(options: R2ListOptions | undefined = undefined): Promise<R2Objects> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      return PromisePrototypeThen(ops.r2_list(this.#place, readListOptions(options)), pageOf);
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("R2Bucket", R2Bucket);

export function createBucket(place: number): R2Bucket {
  return new R2Bucket(key, place);
}

const parseOrNull = (json: string | null): R2Object | null => (json === null ? null : parseObject(json));
const objectOrNull = (answer: R2Answer | null): R2Object | null => (answer === null ? null : objectOf(answer));

const texts = ["prefix", "cursor", "delimiter", "startAfter"] as const;
const includes = ["httpMetadata", "customMetadata"] as const;

function readListOptions(given: R2ListOptions | null | undefined): string[] {
  const list = new OptionList();
  const options = toDictionary(given, "Failed to execute 'list' on 'R2Bucket'");
  if (options.limit !== undefined) list.addNumber("limit", toLong(options.limit));
  for (let i = 0; i < texts.length; i++) {
    const value = options[texts[i]!];
    if (value === undefined) continue;
    if (typeof value !== "string") throw new TypeError(`Incorrect type for the '${texts[i]!}' field on 'ListOptions': the provided value is not of type 'string'.`);
    list.add(texts[i]!, toUSVString(value));
  }
  if (options.include !== undefined) {
    const wanted = toSequence(options.include, toUSVString, "Failed to execute 'list' on 'R2Bucket'");
    for (let i = 0; i < wanted.length; i++) {
      const name = wanted[i]!;
      if (name !== includes[0] && name !== includes[1]) throw new RangeError(`Unsupported include value ${name}`);
      if (flagEnabled("r2_list_honor_include")) list.add(name, "");
    }
  }
  // Without the flag both always come.
  if (!flagEnabled("r2_list_honor_include")) for (let i = 0; i < includes.length; i++) list.add(includes[i]!, "");
  return list.flat;
}

function pageOf(json: string): R2Objects {
  const { objects: records, prefixes, cursor } = JSONParse(json) as { objects: R2ObjectRecord[]; prefixes: string[]; cursor: string | null };
  const objects: R2Object[] = [];
  for (let i = 0; i < records.length; i++) objects[i] = createObject(records[i]!);
  return cursor === null ? { objects, truncated: false, delimitedPrefixes: prefixes } : { objects, truncated: true, cursor, delimitedPrefixes: prefixes };
}
