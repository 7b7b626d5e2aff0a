// https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/#transaction
import { defineInterface } from "../../core/define.ts";
import { ops } from "../../core/ops.ts";
import { PromisePrototypeThen, PromiseResolve } from "../../core/primordials.ts";
import { get, listAll, put, remove, setAlarm, settled } from "./operations.ts";
import { type GetOptions, type ListOptions, type PutOptions, readUnconfirmed } from "./options.ts";
import type { StorageHooks } from "./storage.ts";

const key = {};

export class DurableObjectTransaction {
  readonly #object: number;
  readonly #number: number;
  readonly #hooks: StorageHooks;
  #state: "open" | "committed" | "rolled back" = "open";

  constructor(given: unknown, object: number, number: number, hooks: StorageHooks) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#object = object;
    this.#number = number;
    this.#hooks = hooks;
  }

  get(keys: string | string[], options: GetOptions | undefined = undefined): Promise<any> {
    return settled(() => get(this.#open("get()"), keys, options));
  }

  list(options: ListOptions | undefined = undefined): Promise<Map<string, unknown>> {
    return settled(() => listAll(this.#open("list()"), options));
  }

  put(keyOrEntries: string | Record<string, unknown>, value: unknown = undefined, options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => put(this.#open("put()"), keyOrEntries, value, options));
  }

  delete(keys: string | string[], options: PutOptions | undefined = undefined): Promise<boolean | number> {
    return settled(() => remove(this.#open("delete()"), keys, options));
  }

  deleteAll(): never {
    throw new Error("Cannot call deleteAll() within a transaction");
  }

  rollback(): void {
    if (this.#state === "rolled back") return;
    ops.storage_end(this.#open("rollback()"), this.#number, false);
    this.#state = "rolled back";
  }

  getAlarm(options: GetOptions | undefined = undefined): Promise<number | null> {
    void options;
    return settled(() => ops.storage_alarm(this.#open("getAlarm()")));
  }

  setAlarm(scheduledTime: number | Date, options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => setAlarm(this.#open("setAlarm()"), scheduledTime, options, this.#hooks.canSetAlarm));
  }

  deleteAlarm(options: PutOptions | undefined = undefined): Promise<void> {
    return settled(() => ops.storage_set_alarm(this.#open("deleteAlarm()"), null, readUnconfirmed(options, "deleteAlarm()")));
  }

  #open(operation: string): number {
    if (this.#state === "rolled back") throw new Error(`Cannot ${operation} on rolled back transaction`);
    if (this.#state === "committed") throw new Error(`Cannot call ${operation} on transaction that has already committed: did you move \`txn\` outside of the closure?`);
    return this.#object;
  }

  /** The closure has ended. */
  static end(transaction: DurableObjectTransaction, keep: boolean): void {
    if (transaction.#state === "open") ops.storage_end(transaction.#object, transaction.#number, keep);
    transaction.#state = keep && transaction.#state !== "rolled back" ? "committed" : "rolled back";
  }
}
const end = DurableObjectTransaction.end;
delete (DurableObjectTransaction as { end?: unknown }).end;
defineInterface("DurableObjectTransaction", DurableObjectTransaction);

/** What the closure returned, or threw. */
export interface Outcome { failed: boolean; value: unknown }

export function runTransaction(object: number, closure: Function, hooks: StorageHooks): Promise<Outcome> {
  const transaction = new DurableObjectTransaction(key, object, ops.storage_begin(object, false), hooks);
  const failed = (value: unknown): Outcome => {
    end(transaction, false);
    return { failed: true, value };
  };
  return PromisePrototypeThen(PromisePrototypeThen(PromiseResolve(transaction), (given) => closure(given)), (value: unknown): Outcome => {
    end(transaction, true);
    return { failed: false, value };
  }, failed);
}
