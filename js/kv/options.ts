// The arguments of a namespace's methods, converted as workerd does.
import { JSONStringify } from "../core/primordials.ts";
import { isObject, toDictionary, toDOMString, toLong, toUSVString } from "../core/webidl.ts";

export interface GetOptions { type?: string; cacheTtl?: number }
export interface PutOptions { expiration?: number; expirationTtl?: number; metadata?: unknown }
export interface ListOptions { prefix?: string | null; limit?: number; cursor?: string | null }

export type ValueType = "text" | "json" | "arrayBuffer" | "stream";

/** The type of a read, "text" when it is not given. */
export function readType(options: string | GetOptions | null | undefined): string {
  if (options === undefined || options === null) return "text";
  const type = isObject(options) ? options.type : options;
  return type === undefined ? "text" : toDOMString(type);
}

export function readCacheTtl(options: string | GetOptions | null | undefined): number | undefined {
  const ttl = isObject(options) ? options.cacheTtl : undefined;
  return ttl === undefined ? undefined : toLong(ttl);
}

export function requireValueType(type: string): asserts type is ValueType {
  if (type !== "text" && type !== "json" && type !== "arrayBuffer" && type !== "stream") {
    throw new TypeError('Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".');
  }
}

export interface PutParameters { expiration: number | undefined; expirationTtl: number | undefined; metadata: string | null }

export function readPutOptions(given: PutOptions | null | undefined): PutParameters {
  const { expiration, expirationTtl, metadata } = toDictionary(given, "Failed to execute 'put' on 'KvNamespace'");
  return {
    expiration: expiration === undefined ? undefined : toLong(expiration),
    expirationTtl: expirationTtl === undefined ? undefined : toLong(expirationTtl),
    metadata: metadata === undefined || metadata === null ? null : JSONStringify(metadata) ?? null,
  };
}

export interface ListParameters { prefix: string; cursor: string | null; limit: number | undefined }

export function readListOptions(given: ListOptions | null | undefined): ListParameters {
  const { prefix, limit, cursor } = toDictionary(given, "Failed to execute 'list' on 'KvNamespace'");
  const count = limit === undefined ? 0 : toLong(limit);
  return {
    prefix: prefix === undefined || prefix === null ? "" : toUSVString(prefix),
    cursor: cursor === undefined || cursor === null ? null : toDOMString(cursor),
    limit: count > 0 ? count : undefined,
  };
}
