const { ops } = internalBinding("layer");

export const constants = { kPending: 0, kFulfilled: 1, kRejected: 2, kExiting: 0, kExitCode: 1, kHasExitCode: 2, ALL_PROPERTIES: 0, ONLY_WRITABLE: 1, ONLY_ENUMERABLE: 2, ONLY_CONFIGURABLE: 4, SKIP_STRINGS: 8, SKIP_SYMBOLS: 16, kDisallowCloneAndTransfer: 0, kTransferable: 1, kCloneable: 2 };

// A private symbol is one that nobody else has.
export const privateSymbols: Record<string, symbol> = new Proxy(Object.create(null), {
  get: (known, name: string) => known[name] ??= Symbol(name),
});
export const shouldAbortOnUncaughtToggle = [0];

export function getOwnNonIndexProperties(object: object, filter: number): PropertyKey[] {
  const keys: PropertyKey[] = ops.reflect_properties(object, (filter & constants.ONLY_ENUMERABLE) !== 0);
  return filter & constants.SKIP_SYMBOLS ? keys.filter((key) => typeof key !== "symbol") : keys;
}
export const getConstructorName = (object: object): string => ops.reflect_class(object);
export const getPromiseDetails = (promise: unknown): unknown[] => ops.inspect_promise(promise);
export const getExternalValue = (): bigint => 0n;
export const getCallerLocation = (): undefined => undefined;
export const isConstructor = (value: unknown): boolean => {
  try {
    Reflect.construct(Object, [], value as Function);
    return true;
  } catch {
    return false;
  }
};

export function getProxyDetails(value: unknown, both = true): unknown {
  const parts = ops.reflect_proxy(value);
  return parts === undefined || both ? parts : parts[0];
}

export function previewEntries(object: object, isIterator?: boolean): unknown {
  const [keyed, ...entries] = ops.inspect_entries(object, 0x7fffffff);
  return isIterator ? [entries, keyed] : entries;
}

export interface CallSite { functionName: string; scriptId: string; scriptName: string; lineNumber: number; columnNumber: number; column: number }

export function getCallSites(count: number): CallSite[] {
  const flat = ops.reflect_calls(count + 2);
  const sites: CallSite[] = [];
  for (let i = 8; i + 3 < flat.length && sites.length < count; i += 4) {
    sites.push({ functionName: flat[i], scriptId: "0", scriptName: flat[i + 1], lineNumber: flat[i + 2], columnNumber: flat[i + 3], column: flat[i + 3] });
  }
  return sites;
}

// A worker is one program: none of it is somebody else's.
export const isInsideNodeModules = (): boolean => false;
export const sleep = (): void => {};
export const constructSharedArrayBuffer = (size: number): SharedArrayBuffer => new SharedArrayBuffer(size);
export const guessHandleType = (): string => "UNKNOWN";
export const markPromiseAsHandled = (promise: Promise<unknown>): void => void promise.catch(() => {});
export const toUSVString = (text: unknown): string => String(text).toWellFormed();
export const getSystemErrorName = (code: number): string => internalBinding("uv").errname(code);
export const getSystemErrorMessage = (code: number): string | undefined => internalBinding("uv").getErrorMessage(code);
export const arrayBufferViewHasBuffer = (): boolean => true;

export function defineLazyProperties(target: object, id: string, keys: string[], enumerable = true): void {
  for (const key of keys) {
    let value: unknown;
    let known = false;
    const get = function (): unknown {
      if (!known) set(require(id)[key]);
      return value;
    };
    const set = function (given: unknown): void {
      value = given;
      known = true;
    };
    Object.defineProperty(get, "name", { value: key });
    Object.defineProperty(set, "name", { value: key });
    Object.defineProperty(target, key, { enumerable, configurable: true, get, set });
  }
}

export class WeakReference {
  #target: WeakRef<object>;
  #held: object | undefined;
  #count = 0;

  constructor(target: object) { this.#target = new WeakRef(target); }

  get(): object | undefined { return this.#target.deref(); }
  incRef(): number {
    this.#held = this.#target.deref();
    return ++this.#count;
  }

  decRef(): number {
    if (--this.#count === 0) this.#held = undefined;
    void this.#held;
    return this.#count;
  }
}

/** KEY=value lines, as `.env` files have them. */
export function parseEnv(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  const line = /^\s*(?:export\s+)?([\w.-]+)\s*=[ \t]*(?:"((?:\\"|[^"])*)"|'([^']*)'|`([^`]*)`|([^#\r\n]*))/gm;
  for (const [, key, double, single, back, bare] of content.matchAll(line)) {
    values[key!] = double !== undefined ? double.replace(/\\n/g, "\n") : single ?? back ?? bare!.trim();
  }
  return values;
}
