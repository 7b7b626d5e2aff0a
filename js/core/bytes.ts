import {
  ArrayBufferPrototypeGetByteLength,
  ArrayBufferPrototypeGetDetached,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  ArrayBufferIsView,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet,
} from "./primordials.ts";

const OriginalUint8Array = Uint8Array;

/** The bytes that a BufferSource covers, as a view on the same memory. */
export function viewBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (!ArrayBufferIsView(source)) {
    // A detached buffer has no bytes, and no view either.
    return ArrayBufferPrototypeGetDetached(source) ? new OriginalUint8Array(0) : new OriginalUint8Array(source, 0, ArrayBufferPrototypeGetByteLength(source));
  }
  const name = TypedArrayPrototypeGetSymbolToStringTag(source);
  if (name === "Uint8Array") return source as Uint8Array<ArrayBuffer>;
  if (name === undefined) {
    const view = source as DataView;
    return new OriginalUint8Array(DataViewPrototypeGetBuffer(view), DataViewPrototypeGetByteOffset(view), DataViewPrototypeGetByteLength(view));
  }
  return new OriginalUint8Array(TypedArrayPrototypeGetBuffer(source), TypedArrayPrototypeGetByteOffset(source), TypedArrayPrototypeGetByteLength(source));
}

/** A copy of the bytes that a BufferSource covers ("get a copy of the bytes held by the buffer source"). */
export function copyBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  const view = viewBytes(source);
  const copy = new OriginalUint8Array(TypedArrayPrototypeGetByteLength(view));
  TypedArrayPrototypeSet(copy, view);
  return copy;
}

/** `bytes.subarray(start, end)` without asking the worker's `Symbol.species`; 0 ≤ start ≤ end ≤ length. */
export function viewRange(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  return new OriginalUint8Array(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes) + start, end - start);
}

const hexDigits = "0123456789abcdef";

/** The bytes in lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < TypedArrayPrototypeGetByteLength(bytes); i++) text += hexDigits[bytes[i]! >> 4]! + hexDigits[bytes[i]! & 15]!;
  return text;
}
