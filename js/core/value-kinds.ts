declare module "./ops.ts" {
  interface Ops {
    inspect_kind(object: object): number;
    /** The object behind a proxy; null when it is revoked. */
    inspect_target(proxy: object): object | null;
    /** 0 pending, 1 fulfilled, 2 rejected; and the result. */
    inspect_promise(promise: object): [number, unknown];
    /** Whether the items are keys and values in turn; then the items. */
    inspect_entries(collection: object, most: number): [boolean, ...unknown[]];
    inspect_boxed(object: object): unknown;
  }
}

// native/inspect.cc has the same list.
export const PROXY = 1;
export const ARRAY = 2;
export const TYPED_ARRAY = 3;
export const MAP = 4;
export const SET = 5;
export const ERROR = 6;
export const DATE = 7;
export const REGEXP = 8;
export const PROMISE = 9;
export const ARRAY_BUFFER = 10;
export const DATA_VIEW = 11;
export const BOXED = 12;
export const WEAK = 13;
export const ITERATOR = 14;
export const GENERATOR = 15;
export const MODULE_NAMESPACE = 16;
export const ARGUMENTS = 17;
export const WASM_MODULE = 18;
