// https://developers.cloudflare.com/d1/worker-api/d1-database/
import { defineInterface } from "../core/define.ts";
import { JSONParse, PromiseReject, StringPrototypeSplit, StringPrototypeTrim } from "../core/primordials.ts";
import { isObject, toDOMString } from "../core/webidl.ts";
import { errorWithCause } from "./errors.ts";
import { count } from "./ops.ts";
import { createStatement, type D1PreparedStatement, type D1Result, runBatch } from "./prepared-statement.ts";
import { Session } from "./session.ts";

const key = {};
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export interface D1ExecResult { count: number; duration: number }

export class D1Database {
  readonly #place: number;
  readonly #session: Session;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
    this.#session = new Session(place, null);
  }

  prepare(query: string): D1PreparedStatement {
    if (!isObject(this) || !(#session in this)) throw new TypeError("Illegal invocation");
    return createStatement(this.#session, query);
  }

  batch(statements: D1PreparedStatement[]): Promise<D1Result[]> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return runBatch(this.#session, statements);
  }

  exec(query: string): Promise<D1ExecResult> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    try {
      // Every line is a query of its own: https://developers.cloudflare.com/d1/worker-api/d1-database/#exec
      const lines = StringPrototypeSplit(StringPrototypeTrim(toDOMString(query)), "\n");
      const queries: unknown[] = [];
      for (let i = 0; i < lines.length; i++) {
        queries[queries.length] = lines[i];
        queries[queries.length] = 0;
      }
      return this.#session.run(count, queries, (json) => JSONParse(json) as D1ExecResult);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  withSession(constraintOrBookmark: string | null | undefined = undefined): D1DatabaseSession {
    if (!isObject(this) || !(#session in this)) throw new TypeError("Illegal invocation");
    const given = constraintOrBookmark === undefined || constraintOrBookmark === null ? "" : StringPrototypeTrim(toDOMString(constraintOrBookmark));
    return new D1DatabaseSession(key, this.#place, given === "" ? Session.default : given);
  }

  dump(): Promise<ArrayBuffer> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return PromiseReject(errorWithCause("D1_DUMP_ERROR", "dump() was for databases of D1's alpha; `wrangler d1 export` writes a database as SQL."));
  }
}
defineInterface("D1Database", D1Database);

export class D1DatabaseSession {
  readonly #session: Session;

  constructor(given: unknown, place: number, bookmark: string) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#session = new Session(place, bookmark);
  }

  prepare(query: string): D1PreparedStatement {
    if (!isObject(this) || !(#session in this)) throw new TypeError("Illegal invocation");
    return createStatement(this.#session, query);
  }

  batch(statements: D1PreparedStatement[]): Promise<D1Result[]> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return runBatch(this.#session, statements);
  }

  getBookmark(): string | null {
    if (!isObject(this) || !(#session in this)) throw new TypeError("Illegal invocation");
    return this.#session.bookmark;
  }
}
defineInterface("D1DatabaseSession", D1DatabaseSession);

export function createD1Database(place: number): D1Database {
  return new D1Database(key, place);
}
