// https://url.spec.whatwg.org/#interface-urlsearchparams
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { definePairIterators } from "../core/pair-iterator.ts";
import {
  ArrayPrototypePush,
  ArrayPrototypeSort,
  ArrayPrototypeSplice,
  FunctionPrototypeCall,
  MapPrototypeGet,
  MapPrototypeSet,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  StringPrototypeSlice,
  SymbolIterator,
} from "../core/primordials.ts";
import { isObject, requireArguments, toCallback, toDOMString, toSequence, toUSVString } from "../core/webidl.ts";
import "./ops.ts";

const OriginalMap = Map;
const token = { __proto__: null };

export let isURLSearchParams: (value: unknown) => value is URLSearchParams;
/** The parameters of a URL: `onChange` hears of every change that worker code makes. */
export let linkedSearchParams: (query: string, onChange: (query: string) => void) => URLSearchParams;
/** Replaces all parameters, silently. */
export let replaceParams: (params: URLSearchParams, query: string) => void;
let pairsOf: (params: URLSearchParams) => string[];

/** `application/x-www-form-urlencoded` as a flat list of names and values. */
export function parseUrlEncoded(text: string): string[] {
  return text === "" ? [] : ops.urlencoded_parse(text);
}

export function serializeUrlEncoded(pairs: string[]): string {
  return pairs.length === 0 ? "" : ops.urlencoded_serialize(pairs);
}

export class URLSearchParams {
  #pairs: string[];
  #onChange: ((query: string) => void) | undefined;

  constructor(init: unknown = "", onChange?: unknown) {
    if (init === token) {
      this.#pairs = [];
      this.#onChange = onChange as (query: string) => void;
      return;
    }
    this.#pairs = isObject(init) ? pairsFromObject(init) : parseUrlEncoded(withoutQuestionMark(toUSVString(init)));
  }

  get size(): number { return this.#pairs.length / 2; }

  append(name: unknown, value: unknown): void {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 2, "Failed to execute 'append' on 'URLSearchParams'");
    ArrayPrototypePush(pairs, toUSVString(name), toUSVString(value));
    this.#changed();
  }

  delete(name: unknown, value: unknown = undefined): void {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 1, "Failed to execute 'delete' on 'URLSearchParams'");
    const key = toUSVString(name);
    const text = value === undefined ? undefined : toUSVString(value);
    for (let i = 0; i < pairs.length;) {
      if (pairs[i] === key && (text === undefined || pairs[i + 1] === text)) ArrayPrototypeSplice(pairs, i, 2);
      else i += 2;
    }
    this.#changed();
  }

  get(name: unknown): string | null {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 1, "Failed to execute 'get' on 'URLSearchParams'");
    const index = find(pairs, toUSVString(name));
    return index === -1 ? null : pairs[index + 1]!;
  }

  getAll(name: unknown): string[] {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 1, "Failed to execute 'getAll' on 'URLSearchParams'");
    const key = toUSVString(name);
    const values: string[] = [];
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === key) ArrayPrototypePush(values, pairs[i + 1]!);
    return values;
  }

  has(name: unknown, value: unknown = undefined): boolean {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 1, "Failed to execute 'has' on 'URLSearchParams'");
    const key = toUSVString(name);
    const text = value === undefined ? undefined : toUSVString(value);
    for (let i = 0; i < pairs.length; i += 2) {
      if (pairs[i] === key && (text === undefined || pairs[i + 1] === text)) return true;
    }
    return false;
  }

  set(name: unknown, value: unknown): void {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 2, "Failed to execute 'set' on 'URLSearchParams'");
    const key = toUSVString(name);
    const text = toUSVString(value);
    const index = find(pairs, key);
    if (index === -1) {
      ArrayPrototypePush(pairs, key, text);
    } else {
      pairs[index + 1] = text;
      for (let i = index + 2; i < pairs.length;) {
        if (pairs[i] === key) ArrayPrototypeSplice(pairs, i, 2);
        else i += 2;
      }
    }
    this.#changed();
  }

  sort(): void {
    const pairs = this.#pairs;
    const order: { name: string; value: string }[] = [];
    for (let i = 0; i < pairs.length; i += 2) ArrayPrototypePush(order, { name: pairs[i]!, value: pairs[i + 1]! });
    // Stable, by code units: what `<` does.
    ArrayPrototypeSort(order, (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (let i = 0; i < order.length; i++) {
      pairs[i * 2] = order[i]!.name;
      pairs[i * 2 + 1] = order[i]!.value;
    }
    this.#changed();
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, self: unknown = undefined): void {
    const pairs = this.#pairs;
    requireArguments(arguments.length, 1, "Failed to execute 'forEach' on 'URLSearchParams'");
    toCallback(callback, "Failed to execute 'forEach' on 'URLSearchParams'");
    for (let i = 0; i < pairs.length; i += 2) FunctionPrototypeCall(callback, self, pairs[i + 1], pairs[i], this);
  }

  keys(): IterableIterator<string> { this.#pairs; return new URLSearchParamsIterator(this, "key"); }
  values(): IterableIterator<string> { this.#pairs; return new URLSearchParamsIterator(this, "value"); }
  entries(): IterableIterator<[string, string]> { this.#pairs; return new URLSearchParamsIterator(this, "entry"); }

  toString(): string { return serializeUrlEncoded(this.#pairs); }

  #changed(): void {
    if (this.#onChange !== undefined) this.#onChange(serializeUrlEncoded(this.#pairs));
  }

  static {
    isURLSearchParams = (value): value is URLSearchParams => typeof value === "object" && value !== null && #pairs in value;
    linkedSearchParams = (query, onChange) => {
      const params = new URLSearchParams(token, onChange);
      params.#pairs = parseUrlEncoded(query);
      return params;
    };
    replaceParams = (params, query) => {
      params.#pairs = parseUrlEncoded(query);
    };
    pairsOf = (params) => params.#pairs;
  }
}
defineInterface("URLSearchParams", URLSearchParams);
ObjectDefineProperty(URLSearchParams, "length", { __proto__: null, value: 0, configurable: true } as PropertyDescriptor);
const URLSearchParamsIterator = definePairIterators<URLSearchParams>("URLSearchParams", URLSearchParams, pairsOf);

function find(pairs: string[], name: string): number {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return i;
  return -1;
}

function withoutQuestionMark(query: string): string {
  return query[0] === "?" ? StringPrototypeSlice(query, 1) : query;
}

// A sequence of pairs when it is iterable, a record otherwise.
function pairsFromObject(init: object): string[] {
  const what = "Failed to construct 'URLSearchParams'";
  const method = (init as Record<symbol, unknown>)[SymbolIterator];
  const pairs: string[] = [];
  if (method !== undefined && method !== null) {
    const list = toSequence(init, (item) => toSequence(item, toUSVString, what), what, method);
    for (let i = 0; i < list.length; i++) {
      const pair = list[i]!;
      if (pair.length !== 2) throw new TypeError(`${what}: Sequence initializer must only contain pair elements`);
      ArrayPrototypePush(pairs, pair[0]!, pair[1]!);
    }
    return pairs;
  }
  // Keys that the conversion makes equal (lone surrogates) keep the first one's place and the last one's value.
  const places: Map<string, number> = new OriginalMap();
  const keys = ReflectOwnKeys(init);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const property = ObjectGetOwnPropertyDescriptor(init, key);
    if (property === undefined || !property.enumerable) continue;
    const name = toUSVString(toDOMString(key));
    const value = toUSVString((init as Record<PropertyKey, unknown>)[key]);
    const place = MapPrototypeGet(places, name);
    if (place !== undefined) {
      pairs[place + 1] = value;
    } else {
      MapPrototypeSet(places, name, pairs.length);
      ArrayPrototypePush(pairs, name, value);
    }
  }
  return pairs;
}
