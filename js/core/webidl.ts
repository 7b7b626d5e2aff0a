// WebIDL argument conversions (https://webidl.spec.whatwg.org/#js-type-mapping), with V8's wording of the errors.
import {
  ArrayBufferIsView,
  FunctionPrototypeCall,
  MathFloor,
  MathTrunc,
  NumberIsFinite,
  ObjectGetOwnPropertyDescriptor,
  StringPrototypeCharCodeAt,
  StringPrototypeToWellFormed,
  SymbolIterator,
  TypedArrayPrototypeGetSymbolToStringTag,
} from "./primordials.ts";

/** Throws `TypeError` unless at least `needed` arguments were given. `what` is e.g. "Failed to execute 'append' on 'Headers'". */
export function requireArguments(given: number, needed: number, what: string): void {
  if (given < needed) {
    throw new TypeError(`${what}: ${needed} argument${needed === 1 ? "" : "s"} required, but only ${given} present.`);
  }
}

export function toDOMString(value: unknown): string {
  // String() accepts symbols, a template literal does not: WebIDL refuses them.
  return typeof value === "string" ? value : `${value as string}`;
}

export function toUSVString(value: unknown): string {
  return StringPrototypeToWellFormed(toDOMString(value));
}

/** A string of code units 0..255. */
export function toByteString(value: unknown, what: string): string {
  const text = toDOMString(value);
  for (let i = 0; i < text.length; i++) {
    if (StringPrototypeCharCodeAt(text, i) > 255) {
      throw new TypeError(`${what}: Cannot convert argument to a ByteString because the character at index ${i} has a value of ${StringPrototypeCharCodeAt(text, i)} which is greater than 255.`);
    }
  }
  return text;
}

export interface IntegerOptions { enforceRange?: boolean; clamp?: boolean; what?: string }

function integer(value: unknown, lower: number, upper: number, modulo: number, options?: IntegerOptions): number {
  let number = +(value as number);
  if (options?.enforceRange) {
    if (!NumberIsFinite(number)) throw new TypeError(`${options.what ?? "Value"} is not a finite number.`);
    number = MathTrunc(number);
    if (number < lower || number > upper) throw new TypeError(`${options.what ?? "Value"} is outside the accepted range of ${lower} to ${upper}.`);
    return number + 0;
  }
  if (number !== number) return 0;
  if (options?.clamp) {
    number = number < lower ? lower : number > upper ? upper : number;
    const floor = MathFloor(number);
    const rest = number - floor;
    return (rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1) + 0;
  }
  if (!NumberIsFinite(number)) return 0;
  number = MathTrunc(number) % modulo;
  if (number > upper) number -= modulo;
  else if (number < lower) number += modulo;
  return number + 0;
}

export const toLong = (value: unknown, options?: IntegerOptions): number => integer(value, -0x80000000, 0x7fffffff, 0x100000000, options);
export const toUnsignedLong = (value: unknown, options?: IntegerOptions): number => integer(value, 0, 0xffffffff, 0x100000000, options);
export const toUnsignedShort = (value: unknown, options?: IntegerOptions): number => integer(value, 0, 0xffff, 0x10000, options);
export const toOctet = (value: unknown, options?: IntegerOptions): number => integer(value, 0, 0xff, 0x100, options);
export const toLongLong = (value: unknown, options?: IntegerOptions): number => integer(value, -0x1fffffffffffff, 0x1fffffffffffff, 0x10000000000000000, options);
export const toUnsignedLongLong = (value: unknown, options?: IntegerOptions): number => integer(value, 0, 0x1fffffffffffff, 0x10000000000000000, options);

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** A WebIDL dictionary argument: undefined and null become an empty one, other primitives are refused. */
export function toDictionary<T extends object>(value: T | null | undefined, what: string): Partial<T> {
  if (value === undefined || value === null) return { __proto__: null } as unknown as Partial<T>;
  if (!isObject(value)) throw new TypeError(`${what}: The provided value is not of type 'object'.`);
  return value;
}

/** A WebIDL callback function. */
export function toCallback(value: unknown, what: string): Function {
  if (typeof value !== "function") throw new TypeError(`${what}: The provided value is not of type 'function'.`);
  return value;
}

/** A WebIDL `sequence<T>` out of anything iterable. The caller's iterator is user code: that is the specification. */
export function toSequence<T>(value: unknown, convert: (item: unknown) => T, what: string, iteratorMethod?: unknown): T[] {
  const method = iteratorMethod ?? (isObject(value) ? (value as Record<symbol, unknown>)[SymbolIterator] : undefined);
  if (typeof method !== "function") throw new TypeError(`${what}: The provided value cannot be converted to a sequence.`);
  const iterator = FunctionPrototypeCall(method, value) as Iterator<unknown>;
  if (!isObject(iterator)) throw new TypeError(`${what}: The iterator is not an object.`);
  const next = iterator.next;
  const result: T[] = [];
  for (;;) {
    const step = FunctionPrototypeCall(next, iterator) as IteratorResult<unknown>;
    if (!isObject(step)) throw new TypeError(`${what}: The iterator result is not an object.`);
    if (step.done) return result;
    result[result.length] = convert(step.value);
  }
}

/** True for an ArrayBuffer or a view on one: WebIDL's BufferSource (and SharedArrayBuffer views, which callers refuse). */
export function isBufferSource(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBufferIsView(value) || isArrayBuffer(value);
}

const arrayBufferByteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!.get!;
let sharedArrayBufferByteLength: Function | undefined;

/**
 * Captures what V8 adds to a context only when it comes out of the snapshot (features that a V8 flag turns on):
 * called once in each isolate, before any code of the worker runs.
 */
export function captureLateBuiltins(): void {
  const late = globalThis.SharedArrayBuffer;
  if (late === undefined) return;
  sharedArrayBufferByteLength = ObjectGetOwnPropertyDescriptor(late.prototype, "byteLength")!.get;
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== "object" || value === null) return false;
  try {
    FunctionPrototypeCall(arrayBufferByteLength, value);
    return true;
  } catch {
    return false;
  }
}

export function isSharedArrayBuffer(value: unknown): value is SharedArrayBuffer {
  if (typeof value !== "object" || value === null || sharedArrayBufferByteLength === undefined) return false;
  try {
    FunctionPrototypeCall(sharedArrayBufferByteLength, value);
    return true;
  } catch {
    return false;
  }
}

/** The length of a buffer that `isSharedArrayBuffer` said yes to. */
export function sharedByteLength(buffer: SharedArrayBuffer): number {
  return FunctionPrototypeCall(sharedArrayBufferByteLength!, buffer) as number;
}

export function isUint8Array(value: unknown): value is Uint8Array<ArrayBuffer> {
  return TypedArrayPrototypeGetSymbolToStringTag(value) === "Uint8Array";
}
