import { viewBytes } from "../core/bytes.ts";
import {
  ArrayBufferIsView,
  ArrayBufferPrototypeGetByteLength,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeSlice,
} from "../core/primordials.ts";
import { isArrayBuffer } from "../core/webidl.ts";
import type { Bytes } from "./ops.ts";

/** The length of bytes of ours, out of reach of worker code that redefines `length`. */
export const lengthOf: (bytes: Uint8Array) => number = TypedArrayPrototypeGetByteLength;

/** WebIDL's BufferSource as a view on the caller's memory; shared memory is refused. */
export function toBytes(value: unknown, what: string): Bytes {
  if (!ArrayBufferIsView(value) && !isArrayBuffer(value)) {
    throw new TypeError(`${what} is not of type 'ArrayBuffer' or 'ArrayBufferView'.`);
  }
  const bytes = viewBytes(value);
  requireUnshared(bytes, what);
  return bytes;
}

/** The getter is ArrayBuffer's own: it throws for a SharedArrayBuffer, and costs nothing otherwise. */
export function requireUnshared(view: ArrayBufferView, what: string): void {
  const buffer = TypedArrayPrototypeGetBuffer(view);
  try {
    ArrayBufferPrototypeGetByteLength(buffer);
  } catch {
    throw new TypeError(`${what} must not be shared.`);
  }
}

/** The ArrayBuffer that holds exactly these bytes. */
export function toArrayBuffer(bytes: Bytes): ArrayBuffer {
  const buffer = TypedArrayPrototypeGetBuffer(bytes);
  const length = TypedArrayPrototypeGetByteLength(bytes);
  if (TypedArrayPrototypeGetByteOffset(bytes) === 0 && ArrayBufferPrototypeGetByteLength(buffer) === length) return buffer;
  return TypedArrayPrototypeGetBuffer(TypedArrayPrototypeSlice(bytes));
}
