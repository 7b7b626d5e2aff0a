// ArrayBuffers and the views on them, without trusting any property of theirs.
import {
  ArrayBufferIsView,
  ArrayBufferPrototypeGetByteLength,
  ArrayBufferPrototypeGetDetached,
  ArrayBufferPrototypeGetResizable,
  ArrayBufferPrototypeTransfer,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetSymbolToStringTag,
} from "../core/primordials.ts";
import { copyBytes } from "../core/bytes.ts";
import { isSharedArrayBuffer } from "../core/webidl.ts";
import { typeError } from "./errors.ts";

export const OriginalUint8Array = Uint8Array;
export const OriginalArrayBuffer = ArrayBuffer;

export type ViewConstructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => ArrayBufferView<ArrayBuffer>;

interface ViewType { constructor: ViewConstructor; elementSize: number }

const dataView: ViewType = { constructor: DataView, elementSize: 1 };
const typedArrays: Record<string, ViewType> = {
  __proto__: null as unknown as ViewType,
  Int8Array: { constructor: Int8Array, elementSize: 1 },
  Uint8Array: { constructor: Uint8Array, elementSize: 1 },
  Uint8ClampedArray: { constructor: Uint8ClampedArray, elementSize: 1 },
  Int16Array: { constructor: Int16Array, elementSize: 2 },
  Uint16Array: { constructor: Uint16Array, elementSize: 2 },
  Float16Array: { constructor: Float16Array, elementSize: 2 },
  Int32Array: { constructor: Int32Array, elementSize: 4 },
  Uint32Array: { constructor: Uint32Array, elementSize: 4 },
  Float32Array: { constructor: Float32Array, elementSize: 4 },
  Float64Array: { constructor: Float64Array, elementSize: 8 },
  BigInt64Array: { constructor: BigInt64Array, elementSize: 8 },
  BigUint64Array: { constructor: BigUint64Array, elementSize: 8 },
};

export function viewType(view: ArrayBufferView): ViewType {
  const name = TypedArrayPrototypeGetSymbolToStringTag(view);
  return name === undefined ? dataView : typedArrays[name]!;
}

export function viewBuffer(view: ArrayBufferView): ArrayBuffer {
  return TypedArrayPrototypeGetSymbolToStringTag(view) === undefined
    ? DataViewPrototypeGetBuffer(view as DataView)
    : TypedArrayPrototypeGetBuffer(view);
}

export function viewByteOffset(view: ArrayBufferView): number {
  return TypedArrayPrototypeGetSymbolToStringTag(view) === undefined
    ? DataViewPrototypeGetByteOffset(view as DataView)
    : TypedArrayPrototypeGetByteOffset(view);
}

export function viewByteLength(view: ArrayBufferView): number {
  return TypedArrayPrototypeGetSymbolToStringTag(view) === undefined
    ? DataViewPrototypeGetByteLength(view as DataView)
    : TypedArrayPrototypeGetByteLength(view);
}

/** WebIDL's ArrayBufferView: no shared and no resizable memory. */
export function toView(value: unknown, what: string): ArrayBufferView<ArrayBuffer> {
  if (!ArrayBufferIsView(value)) throw typeError(`${what}: The provided value is not of type 'ArrayBufferView'.`);
  const buffer = viewBuffer(value);
  if (isSharedArrayBuffer(buffer)) throw typeError(`${what}: The provided ArrayBufferView value must not be shared.`);
  if (ArrayBufferPrototypeGetResizable(buffer)) throw typeError(`${what}: The provided ArrayBufferView value must not be resizable.`);
  return value as ArrayBufferView<ArrayBuffer>;
}

export const isDetached: (buffer: ArrayBuffer) => boolean = ArrayBufferPrototypeGetDetached;
export const bufferByteLength: (buffer: ArrayBuffer) => number = ArrayBufferPrototypeGetByteLength;

/** TransferArrayBuffer: the same memory under a new object, the old one detached. Throws for memory that cannot move. */
export function transferBuffer(buffer: ArrayBuffer): ArrayBuffer {
  return ArrayBufferPrototypeTransfer(buffer);
}

/** CloneArrayBuffer for a part of `buffer`. */
export function cloneBuffer(buffer: ArrayBuffer, byteOffset: number, byteLength: number): ArrayBuffer {
  return TypedArrayPrototypeGetBuffer(copyBytes(new OriginalUint8Array(buffer, byteOffset, byteLength)));
}
