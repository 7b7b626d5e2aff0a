// https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/#synchronous-kv-api
import { defineInterface } from "../../core/define.ts";
import { ops } from "../../core/ops.ts";
import { IteratorPrototype } from "../../core/pair-iterator.ts";
import { ObjectSetPrototypeOf } from "../../core/primordials.ts";
import { toUSVString } from "../../core/webidl.ts";
import { list, type ListOptions } from "./options.ts";
import { deserialize, serialize } from "./values.ts";

const key = {};

export class SyncKvStorage {
  readonly #object: number;

  constructor(given: unknown, object: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#object = object;
  }

  get(name: string): unknown {
    ops.storage_require_sql(this.#object);
    const bytes = ops.storage_get(this.#object, toUSVString(name));
    return bytes === undefined ? undefined : deserialize(bytes);
  }

  list(options: ListOptions | undefined = undefined): IterableIterator<[string, unknown]> {
    ops.storage_require_sql(this.#object);
    return new ListIterator(list(this.#object, options, "list()")) as unknown as IterableIterator<[string, unknown]>;
  }

  put(name: string, value: unknown): void {
    ops.storage_require_sql(this.#object);
    ops.storage_put(this.#object, toUSVString(name), serialize(value), false);
  }

  delete(name: string): boolean {
    ops.storage_require_sql(this.#object);
    return ops.storage_delete(this.#object, toUSVString(name), false);
  }
}
defineInterface("SyncKvStorage", SyncKvStorage);

class ListIterator {
  readonly #pairs: readonly (string | Uint8Array)[];
  #next = 0;

  constructor(pairs: readonly (string | Uint8Array)[]) {
    this.#pairs = pairs;
  }

  next(): IteratorResult<[string, unknown], undefined> {
    const at = this.#next;
    if (at >= this.#pairs.length) return { done: true, value: undefined };
    this.#next = at + 2;
    return { done: false, value: [this.#pairs[at] as string, deserialize(this.#pairs[at + 1] as Uint8Array)] };
  }
}
ObjectSetPrototypeOf(ListIterator.prototype, IteratorPrototype);

export function createSyncKv(object: number): SyncKvStorage {
  return new SyncKvStorage(key, object);
}
