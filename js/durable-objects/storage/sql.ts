// https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/#sql-api
import { defineInterface } from "../../core/define.ts";
import { ops } from "../../core/ops.ts";
import { IteratorPrototype } from "../../core/pair-iterator.ts";
import { ArrayPrototypePush, ArrayPrototypeSlice, ObjectDefineProperty, ObjectSetPrototypeOf, SymbolToStringTag } from "../../core/primordials.ts";
import { toUSVString } from "../../core/webidl.ts";
import { readBindings } from "./options.ts";
import type { SqlBatch, SqlValue } from "./ops.ts";

type Row = Record<string, SqlValue>;

const key = {};
// What is before the rows of a batch.
const rowsBegin = 4;

export class SqlStorage {
  readonly #object: number;

  constructor(given: unknown, object: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#object = object;
  }

  exec(query: string, ...bindings: unknown[]): SqlStorageCursor {
    return new SqlStorageCursor(key, this.#object, ops.sql_exec(this.#object, toUSVString(query), readBindings(bindings)));
  }

  get databaseSize(): number {
    return ops.sql_size(this.#object);
  }

  get Cursor(): typeof SqlStorageCursor {
    return SqlStorageCursor;
  }

  get Statement(): typeof SqlStorageStatement {
    return SqlStorageStatement;
  }
}

export class SqlStorageStatement {
  constructor() {
    throw new TypeError("Illegal constructor");
  }
}

export class SqlStorageCursor {
  readonly #object: number;
  readonly #columns: string[];
  #batch: SqlBatch;
  #at = rowsBegin;
  #rowsRead: number;

  constructor(given: unknown, object: number, batch: SqlBatch) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#object = object;
    this.#columns = batch[1]!;
    this.#batch = batch;
    this.#rowsRead = batch.length > rowsBegin ? batch[rowsBegin + this.#columns.length] as number : batch[2];
  }

  next(): IteratorResult<Row, undefined> {
    const at = this.#step();
    return at < 0 ? { done: true, value: undefined } : { done: false, value: this.#row(at) };
  }

  toArray(): Row[] {
    const rows: Row[] = [];
    for (let at = this.#step(); at >= 0; at = this.#step()) ArrayPrototypePush(rows, this.#row(at));
    return rows;
  }

  one(): Row {
    const at = this.#step();
    if (at < 0) throw new Error("Expected exactly one result from SQL query, but got no results.");
    const row = this.#row(at);
    if (this.#step() < 0) return row;
    this.#close();
    throw new Error("Expected exactly one result from SQL query, but got multiple results.");
  }

  raw(): IterableIterator<SqlValue[]> {
    return new CursorIterator(() => {
      const at = this.#step();
      return at < 0 ? undefined : ArrayPrototypeSlice(this.#batch as SqlValue[], at, at + this.#columns.length);
    }) as unknown as IterableIterator<SqlValue[]>;
  }

  get columnNames(): string[] {
    return this.#columns;
  }

  get rowsRead(): number {
    return this.#rowsRead;
  }

  get rowsWritten(): number {
    return this.#batch[3];
  }

  [Symbol.iterator](): IterableIterator<Row> {
    return new CursorIterator(() => {
      const at = this.#step();
      return at < 0 ? undefined : this.#row(at);
    }) as unknown as IterableIterator<Row>;
  }

  /** Where the next row begins in the batch; -1 after the last. */
  #step(): number {
    const width = this.#columns.length + 1;
    if (this.#at >= this.#batch.length) {
      if (this.#batch[0] === 0) {
        this.#rowsRead = this.#batch[2];
        return -1;
      }
      const written = this.#batch[3];
      this.#batch = ops.sql_next(this.#object, this.#batch[0]);
      this.#batch[3] = written;
      this.#at = rowsBegin;
      if (this.#batch.length === rowsBegin) return this.#step();
    }
    const at = this.#at;
    this.#at = at + width;
    // The last row is followed by nothing that would have to be read.
    this.#rowsRead = this.#at >= this.#batch.length && this.#batch[0] === 0 ? this.#batch[2] : this.#batch[at + width - 1] as number;
    return at;
  }

  #row(at: number): Row {
    const row: Row = {};
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) row[columns[i]!] = this.#batch[at + i] as SqlValue;
    return row;
  }

  #close(): void {
    if (this.#batch[0] !== 0) ops.sql_close(this.#object, this.#batch[0]);
    this.#batch = [0, null, this.#rowsRead, this.#batch[3]];
    this.#at = rowsBegin;
  }
}
defineInterface("SqlStorage", SqlStorage);
defineInterface("SqlStorageStatement", SqlStorageStatement);
defineInterface("SqlStorageCursor", SqlStorageCursor);

class CursorIterator<T> {
  readonly #read: () => T | undefined;

  constructor(read: () => T | undefined) {
    this.#read = read;
  }

  next(): IteratorResult<T, undefined> {
    const value = this.#read();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
ObjectSetPrototypeOf(CursorIterator.prototype, IteratorPrototype);
ObjectDefineProperty(CursorIterator.prototype, SymbolToStringTag, { __proto__: null, value: "Cursor Iterator", configurable: true } as PropertyDescriptor);

export function createSql(object: number): SqlStorage {
  return new SqlStorage(key, object);
}
