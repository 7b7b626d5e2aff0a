// Built-ins captured before any worker code runs. Worker code may replace anything that is reachable from
// `globalThis`; the layer must go on working (and must not hand its internals to the replacement), so after start-up
// it calls these and never a method looked up on a built-in prototype. Keep each group sorted.

const { apply, bind, call } = Function.prototype;

/** `uncurryThis(fn)(self, ...args)` is `fn.call(self, ...args)` without looking anything up. TurboFan inlines it. */
export const uncurryThis = bind.bind(call) as <T, A extends readonly unknown[], R>(
  fn: (this: T, ...args: A) => R,
) => (self: T, ...args: A) => R;

/** The function of an accessor. */
export function getterOf(prototype: object, name: PropertyKey): (self: any) => any {
  return uncurryThis(Object.getOwnPropertyDescriptor(prototype, name)!.get! as (this: any) => any);
}

export const FunctionPrototypeCall = uncurryThis(call) as (fn: Function, self: unknown, ...args: unknown[]) => any;
export const ReflectApply: (fn: Function, self: unknown, args: ArrayLike<unknown>) => any = Reflect.apply;
export const FunctionPrototypeBind = uncurryThis(bind) as (fn: Function, self: unknown, ...args: unknown[]) => any;
export const FunctionPrototypeApply = uncurryThis(apply);

export const {
  isArray: ArrayIsArray,
  of: ArrayOf,
} = Array;
export const ArrayPrototypeIndexOf = uncurryThis(Array.prototype.indexOf) as (self: readonly unknown[], item: unknown, from?: number) => number;
export const ArrayPrototypeJoin = uncurryThis(Array.prototype.join) as (self: readonly unknown[], separator?: string) => string;
export const ArrayPrototypePop = uncurryThis(Array.prototype.pop) as <T>(self: T[]) => T | undefined;
export const ArrayPrototypePush = uncurryThis(Array.prototype.push) as <T>(self: T[], ...items: T[]) => number;
export const ArrayPrototypeShift = uncurryThis(Array.prototype.shift) as <T>(self: T[]) => T | undefined;
export const ArrayPrototypeSlice = uncurryThis(Array.prototype.slice) as <T>(self: readonly T[], start?: number, end?: number) => T[];
export const ArrayPrototypeSort = uncurryThis(Array.prototype.sort) as <T>(self: T[], compare?: (a: T, b: T) => number) => T[];
export const ArrayPrototypeSplice = uncurryThis(Array.prototype.splice) as <T>(self: T[], start: number, remove: number, ...items: T[]) => T[];
export const ArrayPrototypeUnshift = uncurryThis(Array.prototype.unshift) as <T>(self: T[], ...items: T[]) => number;

export const ArrayBufferIsView: (value: unknown) => value is ArrayBufferView = ArrayBuffer.isView;
export const ArrayBufferPrototypeGetByteLength = getterOf(ArrayBuffer.prototype, "byteLength") as (self: ArrayBuffer) => number;
export const ArrayBufferPrototypeGetDetached = getterOf(ArrayBuffer.prototype, "detached") as (self: ArrayBuffer) => boolean;
export const ArrayBufferPrototypeGetResizable = getterOf(ArrayBuffer.prototype, "resizable") as (self: ArrayBuffer) => boolean;
export const ArrayBufferPrototypeSlice = uncurryThis(ArrayBuffer.prototype.slice) as (self: ArrayBuffer, start?: number, end?: number) => ArrayBuffer;
export const ArrayBufferPrototypeTransfer = uncurryThis(ArrayBuffer.prototype.transfer) as (self: ArrayBuffer, length?: number) => ArrayBuffer;

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
export const TypedArrayPrototypeGetBuffer = getterOf(TypedArrayPrototype, "buffer") as (self: ArrayBufferView) => ArrayBuffer;
export const TypedArrayPrototypeGetByteLength = getterOf(TypedArrayPrototype, "byteLength") as (self: ArrayBufferView) => number;
export const TypedArrayPrototypeGetByteOffset = getterOf(TypedArrayPrototype, "byteOffset") as (self: ArrayBufferView) => number;
export const TypedArrayPrototypeGetLength = getterOf(TypedArrayPrototype, "length") as (self: ArrayBufferView) => number;
/** The typed array's class name ("Uint8Array"), or undefined for anything that is not a typed array. */
export const TypedArrayPrototypeGetSymbolToStringTag = getterOf(TypedArrayPrototype, Symbol.toStringTag) as (self: unknown) => string | undefined;
export const TypedArrayPrototypeSet = uncurryThis(TypedArrayPrototype.set) as (self: ArrayBufferView, source: ArrayLike<number>, offset?: number) => void;
export const TypedArrayPrototypeSlice = uncurryThis(TypedArrayPrototype.slice) as (self: Uint8Array, start?: number, end?: number) => Uint8Array<ArrayBuffer>;
export const TypedArrayPrototypeSubarray = uncurryThis(TypedArrayPrototype.subarray) as (self: Uint8Array, start?: number, end?: number) => Uint8Array<ArrayBuffer>;
export const DataViewPrototypeGetBuffer = getterOf(DataView.prototype, "buffer") as (self: DataView) => ArrayBuffer;
export const DataViewPrototypeGetByteLength = getterOf(DataView.prototype, "byteLength") as (self: DataView) => number;
export const DataViewPrototypeGetByteOffset = getterOf(DataView.prototype, "byteOffset") as (self: DataView) => number;

export const { parse: JSONParse, stringify: JSONStringify } = JSON;

export const MapPrototypeClear = uncurryThis(Map.prototype.clear) as (self: Map<any, any>) => void;
export const MapPrototypeDelete = uncurryThis(Map.prototype.delete) as <K>(self: Map<K, any>, key: K) => boolean;
export const MapPrototypeEntries = uncurryThis(Map.prototype.entries) as <K, V>(self: Map<K, V>) => MapIterator<[K, V]>;
export const MapPrototypeKeys = uncurryThis(Map.prototype.keys) as <K>(self: Map<K, any>) => MapIterator<K>;
export const MapPrototypeValues = uncurryThis(Map.prototype.values) as <V>(self: Map<any, V>) => MapIterator<V>;
export const MapPrototypeForEach = uncurryThis(Map.prototype.forEach) as <K, V>(self: Map<K, V>, fn: (value: V, key: K) => void) => void;
export const MapPrototypeGet = uncurryThis(Map.prototype.get) as <K, V>(self: Map<K, V>, key: K) => V | undefined;
export const MapPrototypeGetSize = getterOf(Map.prototype, "size") as (self: Map<any, any>) => number;
export const MapPrototypeHas = uncurryThis(Map.prototype.has) as <K>(self: Map<K, any>, key: K) => boolean;
export const MapPrototypeSet = uncurryThis(Map.prototype.set) as <K, V>(self: Map<K, V>, key: K, value: V) => Map<K, V>;
export const SetPrototypeAdd = uncurryThis(Set.prototype.add) as <T>(self: Set<T>, value: T) => Set<T>;
export const SetPrototypeDelete = uncurryThis(Set.prototype.delete) as <T>(self: Set<T>, value: T) => boolean;
export const SetPrototypeForEach = uncurryThis(Set.prototype.forEach) as <T>(self: Set<T>, fn: (value: T) => void) => void;
export const SetPrototypeGetSize = getterOf(Set.prototype, "size") as (self: Set<any>) => number;
export const SetPrototypeHas = uncurryThis(Set.prototype.has) as <T>(self: Set<T>, value: T) => boolean;
export const WeakMapPrototypeGet = uncurryThis(WeakMap.prototype.get) as <K extends WeakKey, V>(self: WeakMap<K, V>, key: K) => V | undefined;
export const WeakMapPrototypeHas = uncurryThis(WeakMap.prototype.has) as <K extends WeakKey>(self: WeakMap<K, any>, key: K) => boolean;
export const WeakMapPrototypeSet = uncurryThis(WeakMap.prototype.set) as <K extends WeakKey, V>(self: WeakMap<K, V>, key: K, value: V) => WeakMap<K, V>;

export const { abs: MathAbs, ceil: MathCeil, floor: MathFloor, max: MathMax, min: MathMin, random: MathRandom, trunc: MathTrunc } = Math;
export const { isFinite: NumberIsFinite, isInteger: NumberIsInteger, isNaN: NumberIsNaN, isSafeInteger: NumberIsSafeInteger, parseFloat: NumberParseFloat, parseInt: NumberParseInt } = Number;
export const NumberPrototypeToString = uncurryThis(Number.prototype.toString) as (self: number, radix?: number) => string;

export const {
  assign: ObjectAssign,
  create: ObjectCreate,
  defineProperties: ObjectDefineProperties,
  defineProperty: ObjectDefineProperty,
  entries: ObjectEntries,
  freeze: ObjectFreeze,
  getOwnPropertyDescriptor: ObjectGetOwnPropertyDescriptor,
  getOwnPropertyNames: ObjectGetOwnPropertyNames,
  getOwnPropertySymbols: ObjectGetOwnPropertySymbols,
  getPrototypeOf: ObjectGetPrototypeOf,
  is: ObjectIs,
  keys: ObjectKeys,
  setPrototypeOf: ObjectSetPrototypeOf,
} = Object;
/** An own property's descriptor that inherits nothing: `get` of a data property must not be `Object.prototype.get`. */
export function describeProperty(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = ObjectGetOwnPropertyDescriptor(object, key);
  return descriptor === undefined ? undefined : ObjectSetPrototypeOf(descriptor, null) as PropertyDescriptor;
}
export const ObjectPrototype = Object.prototype;
export const ObjectPrototypeHasOwnProperty = uncurryThis(Object.prototype.hasOwnProperty) as (self: object, key: PropertyKey) => boolean;
export const ObjectPrototypePropertyIsEnumerable = uncurryThis(Object.prototype.propertyIsEnumerable) as (self: object, key: PropertyKey) => boolean;
export const ObjectPrototypeToString = uncurryThis(Object.prototype.toString) as (self: unknown) => string;
export const {
  construct: ReflectConstruct,
  deleteProperty: ReflectDeleteProperty,
  get: ReflectGet,
  has: ReflectHas,
  ownKeys: ReflectOwnKeys,
  set: ReflectSet,
} = Reflect;

export const { fromCharCode: StringFromCharCode, fromCodePoint: StringFromCodePoint } = String;
export const StringPrototypeCharCodeAt = uncurryThis(String.prototype.charCodeAt) as (self: string, index: number) => number;
export const StringPrototypeCodePointAt = uncurryThis(String.prototype.codePointAt) as (self: string, index: number) => number | undefined;
export const StringPrototypeEndsWith = uncurryThis(String.prototype.endsWith) as (self: string, search: string) => boolean;
export const StringPrototypeIncludes = uncurryThis(String.prototype.includes) as (self: string, search: string, from?: number) => boolean;
export const StringPrototypeIndexOf = uncurryThis(String.prototype.indexOf) as (self: string, search: string, from?: number) => number;
export const StringPrototypeIsWellFormed = uncurryThis(String.prototype.isWellFormed) as (self: string) => boolean;
export const StringPrototypeLastIndexOf = uncurryThis(String.prototype.lastIndexOf) as (self: string, search: string) => number;
export const StringPrototypePadStart = uncurryThis(String.prototype.padStart) as (self: string, length: number, fill?: string) => string;
export const StringPrototypeRepeat = uncurryThis(String.prototype.repeat) as (self: string, count: number) => string;
export const StringPrototypeReplace = uncurryThis(String.prototype.replace) as (self: string, search: string | RegExp, to: any) => string;
export const StringPrototypeSlice = uncurryThis(String.prototype.slice) as (self: string, start?: number, end?: number) => string;
export const StringPrototypeSplit = uncurryThis(String.prototype.split as any) as unknown as (self: string, separator: string, limit?: number) => string[];
export const StringPrototypeStartsWith = uncurryThis(String.prototype.startsWith) as (self: string, search: string, at?: number) => boolean;
export const StringPrototypeToLowerCase = uncurryThis(String.prototype.toLowerCase) as (self: string) => string;
export const StringPrototypeToUpperCase = uncurryThis(String.prototype.toUpperCase) as (self: string) => string;
export const StringPrototypeToWellFormed = uncurryThis(String.prototype.toWellFormed) as (self: string) => string;
export const StringPrototypeTrim = uncurryThis(String.prototype.trim) as (self: string) => string;

export const BigIntPrototypeToString = uncurryThis(BigInt.prototype.toString) as (self: bigint) => string;
export const SymbolPrototypeToString = uncurryThis(Symbol.prototype.toString) as (self: symbol) => string;
export const { asyncIterator: SymbolAsyncIterator, hasInstance: SymbolHasInstance, iterator: SymbolIterator, toStringTag: SymbolToStringTag } = Symbol;
export const SymbolDispose: typeof Symbol.dispose = Symbol.dispose;

export const DatePrototypeGetTime = uncurryThis(Date.prototype.getTime) as (self: Date) => number;
export const DatePrototypeToISOString = uncurryThis(Date.prototype.toISOString) as (self: Date) => string;
export const DatePrototypeToUTCString = uncurryThis(Date.prototype.toUTCString) as (self: Date) => string;
export const ErrorCaptureStackTrace = (Error as unknown as { captureStackTrace(target: object, above: Function): void }).captureStackTrace;
export const FunctionPrototypeToString = uncurryThis(Function.prototype.toString) as (self: Function) => string;
export const RegExpPrototypeGetSource = getterOf(RegExp.prototype, "source") as (self: object) => string;
/** The getters of the flags, each with the flag's letter. */
export const RegExpPrototypeFlags = [
  ["d", "hasIndices"], ["g", "global"], ["i", "ignoreCase"], ["m", "multiline"], ["s", "dotAll"], ["u", "unicode"], ["v", "unicodeSets"], ["y", "sticky"],
].map(([flag, name]) => [flag!, getterOf(RegExp.prototype, name!)] as const);

/** `RegExp.prototype.exec` without the lookups that user code can intercept. `lastIndex` is the caller's business. */
export const RegExpPrototypeExec = uncurryThis(RegExp.prototype.exec) as (self: RegExp, text: string) => RegExpExecArray | null;

const OriginalPromise = Promise;
export { OriginalPromise as Promise };
const promiseThen = uncurryThis(Promise.prototype.then) as (self: Promise<any>, ok?: any, bad?: any) => Promise<any>;
/** `promise.then(ok, bad)` for a promise of ours; it still reads `promise.constructor[Symbol.species]`. */
export const PromisePrototypeThen = promiseThen as <T, R = void, E = never>(
  self: Promise<T>,
  ok?: ((value: T) => R | PromiseLike<R>) | undefined | null,
  bad?: ((reason: any) => E | PromiseLike<E>) | undefined | null,
) => Promise<R | E>;
export const PromiseResolve = OriginalPromise.resolve.bind(OriginalPromise) as <T>(value: T | PromiseLike<T>) => Promise<T>;
export const PromiseReject = OriginalPromise.reject.bind(OriginalPromise) as <T = never>(reason: unknown) => Promise<T>;
export const PromiseWithResolvers = OriginalPromise.withResolvers.bind(OriginalPromise) as <T>() => PromiseWithResolvers<T>;
