// The arguments of storage operations, converted as workerd does.
import { ops } from "../../core/ops.ts";
import { ArrayPrototypePush, DatePrototypeGetTime } from "../../core/primordials.ts";
import * as kinds from "../../core/value-kinds.ts";
import { isObject, toDictionary, toLong, toSequence, toUSVString } from "../../core/webidl.ts";

export interface GetOptions { allowConcurrency?: boolean; noCache?: boolean }
export interface PutOptions { allowConcurrency?: boolean; allowUnconfirmed?: boolean; noCache?: boolean }
export interface ListOptions extends GetOptions {
  start?: string;
  startAfter?: string;
  end?: string;
  prefix?: string;
  reverse?: boolean;
  limit?: number;
}

const mostKeys = 128;

export function readUnconfirmed(options: unknown, what: string): boolean {
  return !!toDictionary(options as PutOptions | undefined, what).allowUnconfirmed;
}

export function readKeys(keys: unknown, what: string): string[] {
  const list = toSequence(keys, toUSVString, what);
  checkCount(list.length);
  return list;
}

export function checkCount(count: number): void {
  if (count > mostKeys) throw new RangeError(`Maximum number of keys is ${mostKeys}.`);
}

/** Pairs by the host, from list options. */
export function list(object: number, given: ListOptions | undefined, what: string): (string | Uint8Array)[] {
  const { start, startAfter, end, prefix, reverse, limit } = toDictionary(given, what);
  if (start !== undefined && startAfter !== undefined) throw new TypeError("list() cannot be called with both start and startAfter values.");
  const most = limit === undefined ? -1 : toLong(limit);
  if (limit !== undefined && most <= 0) throw new TypeError("List limit must be positive.");
  return ops.storage_list(object, text(start), text(startAfter), text(end), text(prefix), !!reverse, most);
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : toUSVString(value);
}

/** A Date or milliseconds since 1970. */
export function readTime(value: unknown, what: string): number {
  const time = isObject(value) && ops.inspect_kind(value) === kinds.DATE ? DatePrototypeGetTime(value as Date) : +(value as number);
  if (time !== time) throw new TypeError(`${what}: The value cannot be converted because it is not a valid date.`);
  return time;
}

/** A binding of a statement: null, bytes, a number, or a string. */
export function readBindings(values: readonly unknown[]): (string | number | ArrayBuffer | ArrayBufferView | null)[] {
  const read: (string | number | ArrayBuffer | ArrayBufferView | null)[] = [];
  for (let i = 0; i < values.length; i++) ArrayPrototypePush(read, readBinding(values[i]));
  return read;
}

function readBinding(value: unknown): string | number | ArrayBuffer | ArrayBufferView | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "string") return value;
  if (isObject(value)) {
    const kind = ops.inspect_kind(value);
    if (kind === kinds.ARRAY_BUFFER || kind === kinds.TYPED_ARRAY || kind === kinds.DATA_VIEW) return value as ArrayBuffer;
  }
  return toUSVString(value);
}
