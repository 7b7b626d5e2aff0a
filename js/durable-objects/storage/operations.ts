// The operations that an object's storage and a transaction have in common. They are done when they return; their promises are of the
// interface. What has to wait, waits at the gates: events before they are delivered, messages before they leave.
import { ops } from "../../core/ops.ts";
import { ArrayIsArray, MathMax, ObjectKeys, PromiseReject, PromiseResolve } from "../../core/primordials.ts";
import { isObject, toUSVString } from "../../core/webidl.ts";
import { clockNow } from "../../core/clock.ts";
import { checkCount, type GetOptions, list, type ListOptions, type PutOptions, readKeys, readTime, readUnconfirmed } from "./options.ts";
import { deserialize, serialize, toMap } from "./values.ts";
import "./ops.ts";

const badPut = "put() may only be called with a single key-value pair and optional options as put(key, value, options) or with multiple key-value pairs and optional options as put(entries, options)";

/** Runs what a method does; what it throws becomes its promise's rejection. */
export function settled<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return PromiseResolve(work());
  } catch (error) {
    return PromiseReject(error);
  }
}

export function get(object: number, key: string | string[], options: GetOptions | undefined): unknown {
  void options;
  if (ArrayIsArray(key)) return toMap(ops.storage_get_many(object, readKeys(key, "get()")));
  const bytes = ops.storage_get(object, toUSVString(key));
  return bytes === undefined ? undefined : deserialize(bytes);
}

export function listAll(object: number, options: ListOptions | undefined): Map<string, unknown> {
  return toMap(list(object, options, "list()"));
}

export function put(object: number, keyOrEntries: string | Record<string, unknown>, value: unknown, options: PutOptions | undefined): void {
  if (!isObject(keyOrEntries)) {
    const key = toUSVString(keyOrEntries);
    if (value === undefined) throw new TypeError("put() called with undefined value.");
    ops.storage_put(object, key, serialize(value), readUnconfirmed(options, "put()"));
    return;
  }
  if (value !== undefined && !isObject(value)) throw new TypeError(badPut);
  const unconfirmed = readUnconfirmed(value ?? options, "put()");
  const keys = ObjectKeys(keyOrEntries);
  checkCount(keys.length);
  // All or nothing: what cannot be serialised is noticed before anything is written.
  const values: (Uint8Array | undefined)[] = [];
  for (let i = 0; i < keys.length; i++) {
    const item = keyOrEntries[keys[i]!];
    values[i] = item === undefined ? undefined : serialize(item);
  }
  const transaction = ops.storage_begin(object, false);
  let keep = false;
  try {
    for (let i = 0; i < keys.length; i++) {
      const bytes = values[i];
      if (bytes !== undefined) ops.storage_put(object, toUSVString(keys[i]), bytes, unconfirmed);
    }
    keep = true;
  } finally {
    ops.storage_end(object, transaction, keep);
  }
}

export function remove(object: number, key: string | string[], options: PutOptions | undefined): boolean | number {
  const unconfirmed = readUnconfirmed(options, "delete()");
  if (!ArrayIsArray(key)) return ops.storage_delete(object, toUSVString(key), unconfirmed);
  const keys = readKeys(key, "delete()");
  let count = 0;
  for (let i = 0; i < keys.length; i++) if (ops.storage_delete(object, keys[i]!, unconfirmed)) count++;
  return count;
}

export function setAlarm(object: number, scheduled: unknown, options: PutOptions | undefined, canSetAlarm: () => void): void {
  const time = readTime(scheduled, "setAlarm()");
  if (time <= 0) throw new TypeError("setAlarm() cannot be called with an alarm time <= 0");
  canSetAlarm();
  ops.storage_set_alarm(object, MathMax(time, clockNow()), readUnconfirmed(options, "setAlarm()"));
}
