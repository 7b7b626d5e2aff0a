import { defineInterface } from "../core/define.ts";
import { definePairIterators } from "../core/pair-iterator.ts";
import { ops } from "../core/ops.ts";
import {
  ArrayPrototypeSlice,
  FunctionPrototypeCall,
  ObjectGetOwnPropertySymbols,
  ObjectKeys,
  ObjectPrototypePropertyIsEnumerable,
  ReflectOwnKeys,
  SymbolIterator,
  uncurryThis,
} from "../core/primordials.ts";
import { isObject, requireArguments, toByteString, toCallback, toDOMString, toSequence } from "../core/webidl.ts";
import {
  type HeaderList,
  appendHeader,
  getHeader,
  hasHeader,
  headerName,
  headerValue,
  removeHeader,
  setHeader,
  sortAndCombine,
} from "./header-list.ts";

export type HeadersInit = Headers | Iterable<Iterable<string>> | Record<string, string>;

// Where a lazy list still is: the headers of the inbound request with this id.
const nowhere = -1;

export let isHeaders: (value: unknown) => value is Headers;
/** Headers over a list that the caller gives away. */
export let headersFromList: (list: HeaderList, immutable: boolean) => Headers;
/** The immutable headers of an inbound request, fetched from the host when needed. */
export let headersFromRequest: (id: number) => Headers;
/** The list itself: callers that keep it or change it take a copy. */
export let headerListOf: (headers: Headers) => HeaderList;
/** A copy with the same guard. */
export let cloneHeaders: (headers: Headers) => Headers;
let pairsOf: (headers: Headers) => HeaderList;

/** https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  #list: HeaderList | null = null;
  #request = nowhere;
  #immutable = false;
  #sorted: HeaderList | null = null;

  constructor(init: HeadersInit | undefined = undefined) {
    this.#list = [];
    if (init !== undefined) fillHeaderList(this.#list, init);
  }

  append(name: string, value: string): void {
    requireArguments(arguments.length, 2, "Failed to execute 'append' on 'Headers'");
    const list = this.#own();
    const lowerName = headerName(name);
    const cleanValue = headerValue(value);
    this.#requireMutable();
    appendHeader(list, lowerName, cleanValue);
  }

  delete(name: string): void {
    requireArguments(arguments.length, 1, "Failed to execute 'delete' on 'Headers'");
    const list = this.#own();
    const lowerName = headerName(name);
    this.#requireMutable();
    removeHeader(list, lowerName);
  }

  get(name: string): string | null {
    const list = this.#list;
    requireArguments(arguments.length, 1, "Failed to execute 'get' on 'Headers'");
    const lowerName = headerName(name);
    return list === null ? ops.request_header(this.#request, lowerName) : getHeader(list, lowerName);
  }

  getSetCookie(): string[] {
    const list = this.#read();
    const result: string[] = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === "set-cookie") result[result.length] = list[i + 1]!;
    return result;
  }

  /** Workers' own, older than getSetCookie. */
  getAll(name: string): string[] {
    requireArguments(arguments.length, 1, "Failed to execute 'getAll' on 'Headers'");
    const list = this.#read();
    if (headerName(name) !== "set-cookie") throw new TypeError('getAll() can only be used with the header name "Set-Cookie".');
    const result: string[] = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === "set-cookie") result[result.length] = list[i + 1]!;
    return result;
  }

  has(name: string): boolean {
    const list = this.#list;
    requireArguments(arguments.length, 1, "Failed to execute 'has' on 'Headers'");
    const lowerName = headerName(name);
    return list === null ? ops.request_header(this.#request, lowerName) !== null : hasHeader(list, lowerName);
  }

  set(name: string, value: string): void {
    requireArguments(arguments.length, 2, "Failed to execute 'set' on 'Headers'");
    const list = this.#own();
    const lowerName = headerName(name);
    const cleanValue = headerValue(value);
    this.#requireMutable();
    setHeader(list, lowerName, cleanValue);
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, thisArgument: unknown = undefined): void {
    this.#pairs();
    requireArguments(arguments.length, 1, "Failed to execute 'forEach' on 'Headers'");
    toCallback(callback, "Failed to execute 'forEach' on 'Headers'");
    // The callback may change the headers: what comes next is looked up afresh.
    for (let i = 0; i < this.#pairs().length; i += 2) {
      const pairs = this.#pairs();
      FunctionPrototypeCall(callback, thisArgument, pairs[i + 1], pairs[i], this);
    }
  }

  keys(): IterableIterator<string> {
    this.#pairs();
    return new HeadersIterator(this, "key");
  }

  values(): IterableIterator<string> {
    this.#pairs();
    return new HeadersIterator(this, "value");
  }

  entries(): IterableIterator<[string, string]> {
    this.#pairs();
    return new HeadersIterator(this, "entry");
  }

  declare [Symbol.iterator]: () => IterableIterator<[string, string]>;

  // The list, for reading.
  #read(): HeaderList {
    return this.#list ?? (this.#list = ops.request_headers(this.#request));
  }

  // The list, about to change.
  #own(): HeaderList {
    this.#sorted = null;
    return this.#read();
  }

  #requireMutable(): void {
    if (this.#immutable) throw new TypeError("Can't modify immutable headers.");
  }

  #pairs(): HeaderList {
    return this.#sorted ?? (this.#sorted = sortAndCombine(this.#read()));
  }

  static {
    isHeaders = (value: unknown): value is Headers => isObject(value) && #list in value;
    headersFromList = (list: HeaderList, immutable: boolean): Headers => {
      const headers = new Headers();
      headers.#list = list;
      headers.#immutable = immutable;
      return headers;
    };
    headersFromRequest = (id: number): Headers => {
      const headers = new Headers();
      headers.#list = null;
      headers.#request = id;
      headers.#immutable = true;
      return headers;
    };
    cloneHeaders = (headers: Headers): Headers => headersFromList(ArrayPrototypeSlice(headers.#read()), headers.#immutable);
    headerListOf = (headers: Headers): HeaderList => headers.#read();
    pairsOf = (headers: Headers): HeaderList => headers.#pairs();
  }
}

defineInterface("Headers", Headers);
export const HeadersPrototypeSet = uncurryThis(Headers.prototype.set) as (self: Headers, name: string, value: string) => void;
const HeadersIterator = definePairIterators("Headers", Headers, (headers: Headers) => pairsOf(headers));

const HeadersPrototypeEntries = Headers.prototype.entries;

/** Adds a HeadersInit to a list ("fill"). */
export function fillHeaderList(list: HeaderList, init: HeadersInit): void {
  if (!isObject(init)) throw new TypeError("Failed to construct 'Headers': The provided value is not of type '(record<ByteString, ByteString> or sequence<sequence<ByteString>>)'.");
  const iteratorMethod = (init as { [SymbolIterator]?: unknown })[SymbolIterator];
  if (iteratorMethod !== undefined && iteratorMethod !== null) {
    if (iteratorMethod === HeadersPrototypeEntries && isHeaders(init)) {
      const source = headerListOf(init);
      for (let i = 0; i < source.length; i++) list[list.length] = source[i]!;
      return;
    }
    fillFromSequence(list, init, iteratorMethod);
    return;
  }
  fillFromRecord(list, init as Record<string, unknown>);
}

function fillFromRecord(list: HeaderList, init: Record<string, unknown>): void {
  const start = list.length;
  if (ops.is_proxy(init)) {
    // A proxy sees WebIDL's own order of operations.
    const keys = ReflectOwnKeys(init);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (ObjectPrototypePropertyIsEnumerable(init, key)) appendHeader(list, toHeaderByteString(key), toHeaderByteString(init[key as string]));
    }
  } else {
    const keys = ObjectKeys(init);
    for (let i = 0; i < keys.length; i++) appendHeader(list, keys[i]!, toDOMString(init[keys[i]!]));
    refuseSymbols(init);
  }
  // All entries are converted before the first of them is checked as a header.
  for (let i = start; i < list.length; i += 2) {
    list[i] = headerName(list[i]);
    list[i + 1] = headerValue(list[i + 1]);
  }
}

function refuseSymbols(init: object): void {
  const symbols = ObjectGetOwnPropertySymbols(init);
  for (let i = 0; i < symbols.length; i++) if (ObjectPrototypePropertyIsEnumerable(init, symbols[i]!)) toHeaderByteString(symbols[i]);
}

const toByteStrings = (pair: unknown): string[] => toSequence(pair, toHeaderByteString, "Failed to construct 'Headers'");

function fillFromSequence(list: HeaderList, init: unknown, iteratorMethod: unknown): void {
  const pairs = toSequence(init, toByteStrings, "Failed to construct 'Headers'", iteratorMethod);
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i]!;
    if (pair.length !== 2) throw new TypeError("To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.");
    appendHeader(list, headerName(pair[0]), headerValue(pair[1]));
  }
}

function toHeaderByteString(value: unknown): string {
  return toByteString(value, "Failed to construct 'Headers'");
}

/** The header list that a HeadersInit describes. */
export function headerListFrom(init: HeadersInit): HeaderList {
  const list: HeaderList = [];
  fillHeaderList(list, init);
  return list;
}
