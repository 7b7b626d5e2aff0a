// https://developers.cloudflare.com/d1/worker-api/#type-conversion
import {
  ArrayBufferIsView,
  ArrayIsArray,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSlice,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
} from "../core/primordials.ts";
import { isArrayBuffer } from "../core/webidl.ts";
import { errorWithCause } from "./errors.ts";

export type Parameter = string | number | null | Uint8Array<ArrayBuffer>;

/** A value as SQL takes it; bytes are copied, so that what the worker does with them later changes nothing. */
export function toParameter(value: unknown): Parameter {
  switch (typeof value) {
    case "number":
    case "string":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "object": {
      if (value === null) return null;
      const bytes = toBytes(value);
      if (bytes !== undefined) return bytes;
    }
  }
  throw errorWithCause("D1_TYPE_ERROR", `Type '${typeof value}' not supported for value '${value as string}'`);
}

function toBytes(value: object): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayIsArray(value)) return fromNumbers(value);
  if (isArrayBuffer(value)) return TypedArrayPrototypeSlice(new Uint8Array(value));
  if (!ArrayBufferIsView(value)) return undefined;
  const type = TypedArrayPrototypeGetSymbolToStringTag(value);
  if (type === "Uint8Array" || type === "Uint8ClampedArray") return TypedArrayPrototypeSlice(value as Uint8Array);
  if (type === undefined) {
    const view = value as DataView;
    return TypedArrayPrototypeSlice(
      new Uint8Array(DataViewPrototypeGetBuffer(view), DataViewPrototypeGetByteOffset(view), DataViewPrototypeGetByteLength(view)));
  }
  // Number by number, as workerd has it: not the memory behind them.
  const length = TypedArrayPrototypeGetLength(value);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Number((value as unknown as number[])[i]);
  return bytes;
}

function fromNumbers(numbers: unknown[]): Uint8Array<ArrayBuffer> | undefined {
  const length = numbers.length;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const number = numbers[i];
    if (typeof number !== "number" || !(number >= 0 && number < 256)) return undefined;
    bytes[i] = number;
  }
  return bytes;
}
