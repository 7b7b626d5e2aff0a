// What ctx.storage asks of the host. An object's storage is the number of the object's I/O context. All but sync and the bookmarks
// are answered at once: the database is in this process.
declare module "../../core/ops.ts" {
  interface Ops {
    storage_get(object: number, key: string): Uint8Array | undefined;
    /** key, value, key, value…: those that there are, in the order of the keys. */
    storage_get_many(object: number, keys: string[]): (string | Uint8Array)[];
    storage_put(object: number, key: string, value: Uint8Array, allowUnconfirmed: boolean): void;
    storage_delete(object: number, key: string, allowUnconfirmed: boolean): boolean;
    /** As storage_get_many. A limit of -1 is none; `end` as in list options. */
    storage_list(
      object: number,
      start: string | undefined,
      startAfter: string | undefined,
      end: string | undefined,
      prefix: string | undefined,
      reverse: boolean,
      limit: number,
    ): (string | Uint8Array)[];
    storage_delete_all(object: number, alarm: boolean, allowUnconfirmed: boolean): void;
    /** Milliseconds since 1970. */
    storage_alarm(object: number): number | null;
    storage_set_alarm(object: number, due: number | null, allowUnconfirmed: boolean): void;
    /** Opens a transaction within the one there is; its number. */
    storage_begin(object: number, sqlOnly: boolean): number;
    storage_end(object: number, transaction: number, keep: boolean): void;
    /** Undefined when all is on the disk. */
    storage_sync(object: number): Promise<void> | undefined;
    storage_bookmark(object: number): string;
    storage_bookmark_at(object: number, time: number): string;
    storage_restore(object: number, bookmark: string): string;
    /** Throws unless the object has the synchronous interface, which needs SQL. */
    storage_require_sql(object: number): void;
    /** Runs SQL as far as one batch of rows. */
    sql_exec(object: number, text: string, bindings: (string | number | ArrayBuffer | ArrayBufferView | null)[]): SqlBatch;
    /** The next batch. */
    sql_next(object: number, cursor: number): SqlBatch;
    sql_close(object: number, cursor: number): void;
    sql_size(object: number): number;
  }
}

export type SqlValue = string | number | ArrayBuffer | null;

/**
 * The cursor's number, 0 when there are no more rows; its columns' names (with the first batch only); rows read and written so far;
 * then row after row, each its values and the rows read up to then.
 */
export type SqlBatch = [cursor: number, columns: string[] | null, rowsRead: number, rowsWritten: number, ...rows: SqlValue[]];
