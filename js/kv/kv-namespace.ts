// https://developers.cloudflare.com/kv/api/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import {
  ArrayIsArray,
  JSONParse,
  MapPrototypeSet,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
} from "../core/primordials.ts";
import { isBufferSource, isObject, toSequence, toUSVString } from "../core/webidl.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import {
  type GetOptions,
  type ListOptions,
  type PutOptions,
  readCacheTtl,
  readListOptions,
  readPutOptions,
  readType,
  requireValueType,
  type ValueType,
} from "./options.ts";
import type { KvPair } from "./ops.ts";

type Value = unknown;
interface ValueWithMetadata { value: Value; metadata: unknown; cacheStatus: null }

const key = {};
const maxValueBytes = 25 * 1024 * 1024;
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export class KvNamespace {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  get(name: string | string[], options: string | GetOptions | undefined = undefined): Promise<Value> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      if (ArrayIsArray(name)) return getMany(this.#place, name, options, false);
      const type = readType(options);
      requireValueType(type);
      const answer = ops.kv_get(this.#place, toUSVString(name), type === "text" || type === "json", readCacheTtl(options));
      if (answer === null || ArrayIsArray(answer)) return PromiseResolve(valueOf(answer, type));
      return PromisePrototypeThen(answer, (pair) => valueOf(pair, type));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  list(options: ListOptions | undefined = undefined): Promise<unknown> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const { prefix, cursor, limit } = readListOptions(options);
      return PromisePrototypeThen(ops.kv_list(this.#place, prefix, cursor, limit), parseJson);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  put(name: string, value: string | ArrayBuffer | ArrayBufferView | ReadableStream, options: PutOptions | undefined = undefined): Promise<void> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const place = this.#place;
      const text = toUSVString(name);
      const { expiration, expirationTtl, metadata } = readPutOptions(options);
      const send = (content: string | ArrayBuffer | ArrayBufferView): Promise<void> =>
        ops.kv_put(place, text, content, expiration, expirationTtl, metadata);
      if (!isObject(value)) return send(toUSVString(value));
      if (isBufferSource(value)) return send(value);
      if (!streams().isReadableStream(value)) {
        throw new TypeError("KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.");
      }
      return PromisePrototypeThen(gather(value), send);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  getWithMetadata(name: string | string[], options: string | GetOptions | undefined = undefined): Promise<ValueWithMetadata | Map<string, unknown>> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      if (ArrayIsArray(name)) return getMany(this.#place, name, options, true);
      const type = readType(options);
      requireValueType(type);
      const answer = ops.kv_get(this.#place, toUSVString(name), type === "text" || type === "json", readCacheTtl(options));
      if (answer === null || ArrayIsArray(answer)) return PromiseResolve(withMetadata(answer, type));
      return PromisePrototypeThen(answer, (pair) => withMetadata(pair, type));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  delete(name: string): Promise<void> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      return ops.kv_delete(this.#place, toUSVString(name));
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("KvNamespace", KvNamespace);

export function createKvNamespace(place: number): KvNamespace {
  return new KvNamespace(key, place);
}

const parseJson = (text: string): unknown => JSONParse(text);

function valueOf(pair: KvPair | null, type: ValueType): Value {
  if (pair === null) return null;
  const value = pair[0];
  switch (type) {
    case "json": return JSONParse(value as string);
    case "stream": return streams().readableFromBytes(new Uint8Array(value as ArrayBuffer));
    default: return value;
  }
}

function withMetadata(pair: KvPair | null, type: ValueType): ValueWithMetadata {
  return { value: valueOf(pair, type), metadata: pair === null ? null : parseMetadata(pair[1]), cacheStatus: null };
}

function parseMetadata(json: string | null): unknown {
  return json === null ? null : JSONParse(json);
}

function getMany(place: number, names: string[], options: string | GetOptions | undefined, metadata: boolean): Promise<Map<string, unknown>> {
  const keys = toSequence(names, toUSVString, "Failed to execute 'get' on 'KvNamespace'");
  const type = readType(options);
  if (type !== "text" && type !== "json") throw new Error(`KV GET_BULK failed: 400 "${type}" is not a valid type. Use "json" or "text"`);
  return PromisePrototypeThen(ops.kv_get_many(place, keys, readCacheTtl(options)), (pairs) => {
    const found = new Map<string, unknown>();
    for (let i = 0; i < keys.length; i++) {
      const text = pairs[i * 2]!;
      const value = text === null ? null : type === "json" ? parseOneOfMany(text) : text;
      MapPrototypeSet(found, keys[i]!, value === null || !metadata ? value : { value, metadata: parseMetadata(pairs[i * 2 + 1]!) });
    }
    return found;
  });
}

function parseOneOfMany(text: string): unknown {
  try {
    return JSONParse(text);
  } catch {
    throw new Error("KV GET_BULK failed: 400 At least one of the requested keys corresponds to a non-json value");
  }
}

// What is longer than a value may be is not read to its end.
function gather(stream: ReadableStream): Promise<Uint8Array<ArrayBuffer>> {
  const length = streams().expectedLength(stream);
  if (length > maxValueBytes) throw tooLong(`Value length of ${length}`);
  const held = streams().hostBodyOf(stream) !== undefined;
  const bytes = streams().readAllBytes(stream, maxValueBytes, () => tooLong("Value length"));
  // The host's only RangeError says that there is more.
  return held ? PromisePrototypeThen(bytes, undefined, (error: unknown) => { throw error instanceof RangeError ? tooLong("Value length") : error; }) : bytes;
}

function tooLong(what: string): Error {
  return new Error(`KV PUT failed: 413 ${what} exceeds limit of ${maxValueBytes}.`);
}
