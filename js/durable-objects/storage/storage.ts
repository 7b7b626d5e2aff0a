// https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/
import { flagEnabled } from "../../core/compatibility.ts";
import { defineInterface } from "../../core/define.ts";
import { ops } from "../../core/ops.ts";
import { PromisePrototypeThen } from "../../core/primordials.ts";
import { toCallback, toUSVString } from "../../core/webidl.ts";
import { createSyncKv, type SyncKvStorage } from "./kv.ts";
import { get, listAll, put, remove, setAlarm, settled } from "./operations.ts";
import { type GetOptions, type ListOptions, type PutOptions, readTime, readUnconfirmed } from "./options.ts";
import { createSql, type SqlStorage } from "./sql.ts";
import { runTransaction, type DurableObjectTransaction } from "./transaction.ts";

/** What the object gives its storage. */
export interface StorageHooks {
  /** Keeps all other events from the object until the callback's promise is settled. */
  blockConcurrencyWhile<T>(callback: () => T | Promise<T>): Promise<T>;
  /** Throws unless the class has an alarm handler. */
  canSetAlarm(): void;
}

const key = {};

class DurableObjectStorage {
  readonly #object: number;
  readonly #hooks: StorageHooks;
  #sql: SqlStorage | undefined;
  #kv: SyncKvStorage | undefined;

  constructor(given: unknown, object: number, hooks: StorageHooks) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#object = object;
    this.#hooks = hooks;
  }

  get(keys: string | string[], options: GetOptions | undefined = undefined): Promise<any> {
    return settled(() => get(this.#object, keys, options));
  }

  list(options: ListOptions | undefined = undefined): Promise<Map<string, unknown>> {
    return settled(() => listAll(this.#object, options));
  }

  put(keyOrEntries: string | Record<string, unknown>, value: unknown = undefined, options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => put(this.#object, keyOrEntries, value, options));
  }

  delete(keys: string | string[], options: PutOptions | undefined = undefined): Promise<boolean | number> {
    return settled(() => remove(this.#object, keys, options));
  }

  deleteAll(options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => ops.storage_delete_all(this.#object, flagEnabled("delete_all_deletes_alarm"), readUnconfirmed(options, "deleteAll()")));
  }

  transaction(closure: (transaction: DurableObjectTransaction) => unknown): Promise<unknown> {
    return settled(() => {
      const callback = toCallback(closure, "transaction()");
      const ended = this.#hooks.blockConcurrencyWhile(() => runTransaction(this.#object, callback, this.#hooks));
      // What the closure throws undoes the transaction; thrown inside, it would end the object.
      return PromisePrototypeThen(ended, (outcome) => {
        if (outcome.failed) throw outcome.value;
        return outcome.value;
      });
    });
  }

  getAlarm(options: GetOptions | undefined = undefined): Promise<number | null> {
    void options;
    return settled(() => ops.storage_alarm(this.#object));
  }

  setAlarm(scheduledTime: number | Date, options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => setAlarm(this.#object, scheduledTime, options, this.#hooks.canSetAlarm));
  }

  deleteAlarm(options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => ops.storage_set_alarm(this.#object, null, readUnconfirmed(options, "deleteAlarm()")));
  }

  sync(): Promise<void> {
    return settled(() => ops.storage_sync(this.#object) as Promise<void> | void);
  }

  transactionSync<T>(closure: () => T): T {
    const callback = toCallback(closure, "transactionSync()");
    const object = this.#object;
    const transaction = ops.storage_begin(object, true);
    let keep = false;
    try {
      const result = callback() as T;
      keep = true;
      return result;
    } finally {
      ops.storage_end(object, transaction, keep);
    }
  }

  getCurrentBookmark(): Promise<string> {
    return settled(() => ops.storage_bookmark(this.#object));
  }

  getBookmarkForTime(timestamp: number | Date): Promise<string> {
    return settled(() => ops.storage_bookmark_at(this.#object, readTime(timestamp, "getBookmarkForTime()")));
  }

  onNextSessionRestoreBookmark(bookmark: string): Promise<string> {
    return settled(() => ops.storage_restore(this.#object, toUSVString(bookmark)));
  }

  get sql(): SqlStorage {
    return this.#sql ??= createSql(this.#object);
  }

  get kv(): SyncKvStorage {
    return this.#kv ??= createSyncKv(this.#object);
  }
}
defineInterface("DurableObjectStorage", DurableObjectStorage);

/** `object` is the number of the object's I/O context. */
export function createStorage(object: number, hooks: StorageHooks): DurableObjectStorage {
  return new DurableObjectStorage(key, object, hooks);
}
