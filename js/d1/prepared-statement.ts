// https://developers.cloudflare.com/d1/worker-api/prepared-statements/
import { defineInterface } from "../core/define.ts";
import { JSONParse, PromiseReject } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { errorWithCause } from "./errors.ts";
import { first, objects, raw, rawWithNames } from "./ops.ts";
import { type Parameter, toParameter } from "./parameters.ts";
import type { Session } from "./session.ts";

const key = {};
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export interface D1Result { success: true; meta: Record<string, unknown>; results: Record<string, unknown>[] }
type Row = Record<string, unknown>;

export class D1PreparedStatement {
  readonly #session: Session;
  // Public, as in Workers: libraries read them.
  readonly statement: string;
  readonly params: Parameter[];

  constructor(given: unknown, session: Session, statement: string, params: Parameter[]) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#session = session;
    this.statement = statement;
    this.params = params;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    if (!isObject(this) || !(#session in this)) throw new TypeError("Illegal invocation");
    const params: Parameter[] = [];
    for (let i = 0; i < values.length; i++) params[i] = toParameter(values[i]);
    return new D1PreparedStatement(key, this.#session, this.statement, params);
  }

  first(column: string | undefined = undefined): Promise<unknown> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return this.#session.run(first, flat(this), (json) => {
      const row = JSONParse(json) as Row | null;
      if (row === null || column === undefined) return row;
      if (row[column] === undefined) {
        throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`, { __proto__: null, cause: new Error("Column not found") } as ErrorOptions);
      }
      return row[column];
    });
  }

  run(): Promise<D1Result> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return this.#session.run(objects, flat(this), onlyResult);
  }

  all(): Promise<D1Result> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return this.#session.run(objects, flat(this), onlyResult);
  }

  raw(options: { columnNames?: boolean } | undefined = undefined): Promise<unknown[][]> {
    if (!isObject(this) || !(#session in this)) return illegalInvocation();
    return this.#session.run(options?.columnNames ? rawWithNames : raw, flat(this), parse<unknown[][]>);
  }
}
defineInterface("D1PreparedStatement", D1PreparedStatement);

export function createStatement(session: Session, sql: unknown): D1PreparedStatement {
  return new D1PreparedStatement(key, session, sql as string, []);
}

export function runBatch(session: Session, statements: D1PreparedStatement[]): Promise<D1Result[]> {
  const queries: unknown[] = [];
  try {
    for (let i = 0; i < statements.length; i++) append(queries, statements[i]!);
  } catch (error) {
    return PromiseReject(error);
  }
  return session.run(objects, queries, parse<D1Result[]>);
}

const parse = <T>(json: string): T => JSONParse(json) as T;
const onlyResult = (json: string): D1Result => (JSONParse(json) as D1Result[])[0]!;

function flat(statement: D1PreparedStatement): unknown[] {
  const queries: unknown[] = [];
  append(queries, statement);
  return queries;
}

function append(queries: unknown[], { statement, params }: D1PreparedStatement): void {
  if (typeof statement !== "string") throw errorWithCause("D1_ERROR", `SQL must be a string, not ${typeof statement}: batch() takes what prepare() and bind() return.`);
  const count = params.length;
  queries[queries.length] = statement;
  queries[queries.length] = count;
  for (let i = 0; i < count; i++) queries[queries.length] = params[i];
}
