// https://developers.cloudflare.com/vectorize/reference/client-api/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayIsArray, ArrayPrototypeJoin, JSONParse, JSONStringify, ObjectKeys, PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import { isObject, toSequence } from "../core/webidl.ts";
import "./ops.ts";

type Values = number[] | Float32Array | Float64Array;
export interface VectorizeVector { id: string; values: Values; namespace?: string; metadata?: Record<string, unknown> }
export interface VectorizeQueryOptions {
  topK?: number;
  namespace?: string;
  returnValues?: boolean;
  returnMetadata?: boolean | "all" | "indexed" | "none";
  filter?: Record<string, unknown>;
}

// The host's VectorOperation.
const operations = { describe: 0, query: 1, insert: 2, upsert: 3, getByIds: 4, deleteByIds: 5 };

const key = {};
const where = "Failed to execute an operation on 'VectorizeIndex'";
const mostOfWorker = 1000;
const parse = (text: string): unknown => JSONParse(text);

export class VectorizeIndex {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  describe(): Promise<unknown> {
    return this.#call(() => [operations.describe, "null"]);
  }

  query(vector: Values, options: VectorizeQueryOptions | undefined = undefined): Promise<unknown> {
    return this.#call(() => [operations.query, toQuery(options, "vector", toNumbers(vector))]);
  }

  queryById(vectorId: string, options: VectorizeQueryOptions | undefined = undefined): Promise<unknown> {
    return this.#call(() => [operations.query, toQuery(options, "vectorId", vectorId)]);
  }

  insert(vectors: VectorizeVector[]): Promise<unknown> {
    return this.#call(() => [operations.insert, toLines(vectors)]);
  }

  upsert(vectors: VectorizeVector[]): Promise<unknown> {
    return this.#call(() => [operations.upsert, toLines(vectors)]);
  }

  getByIds(ids: string[]): Promise<unknown> {
    return this.#call(() => [operations.getByIds, JSONStringify({ __proto__: null, ids })]);
  }

  deleteByIds(ids: string[]): Promise<unknown> {
    return this.#call(() => [operations.deleteByIds, JSONStringify({ __proto__: null, ids })]);
  }

  #call(prepare: () => [number, string]): Promise<unknown> {
    try {
      const request = prepare();
      return PromisePrototypeThen(ops.vector_call(this.#place, request[0], request[1]), parse);
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("VectorizeIndexImpl", VectorizeIndex);

export function createVectorizeIndex(place: number): VectorizeIndex {
  return new VectorizeIndex(key, place);
}

// Typed arrays would be written as objects.
function toNumbers(values: unknown): unknown[] {
  if (ArrayIsArray(values)) return values;
  if (!isObject(values)) throw new TypeError("The values of a vector must be an array of numbers.");
  const length = (values as { length?: unknown }).length;
  if (typeof length !== "number") return toSequence(values, (item) => item, where);
  const numbers: unknown[] = [];
  for (let i = 0; i < length; i++) numbers[i] = (values as ArrayLike<unknown>)[i];
  return numbers;
}

function toLines(vectors: VectorizeVector[]): string {
  const lines: string[] = [];
  const given = toSequence(vectors, (vector) => vector as VectorizeVector, where);
  if (given.length > mostOfWorker) throw new Error(`VECTOR_INSERT_ERROR: ${given.length} vectors are too many for one call; ${mostOfWorker} are allowed.`);
  for (let i = 0; i < given.length; i++) {
    const vector = given[i]!;
    lines[i] = JSONStringify(isObject(vector) ? copy(vector, "values", toNumbers((vector as VectorizeVector).values)) : vector) ?? "null";
  }
  return ArrayPrototypeJoin(lines, "\n");
}

function toQuery(options: VectorizeQueryOptions | undefined, name: string, value: unknown): string {
  const level: unknown = options?.returnMetadata;
  if (level !== undefined && level !== null && typeof level !== "boolean" && level !== "all" && level !== "indexed" && level !== "none") {
    throw new Error(`Invalid returnMetadata option. Expected: true, false, "none", "indexed" or "all"; got: ${level as string}`);
  }
  return JSONStringify(copy(options ?? {}, name, value));
}

function copy(from: object, name: string, value: unknown): object {
  const copied: Record<string, unknown> = { __proto__: null } as unknown as Record<string, unknown>;
  const names = ObjectKeys(from);
  for (let i = 0; i < names.length; i++) copied[names[i]!] = (from as Record<string, unknown>)[names[i]!];
  copied[name] = value;
  return copied;
}
