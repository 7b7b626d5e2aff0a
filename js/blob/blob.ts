// https://w3c.github.io/FileAPI/#blob-section. A blob is its bytes, in one piece that never changes: a slice is a view.
import { copyBytes, viewBytes, viewRange } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import {
  ArrayPrototypePush,
  ObjectDefineProperty,
  PromiseReject,
  PromiseResolve,
  RegExpPrototypeExec,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  StringPrototypeToWellFormed,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeSet,
} from "../core/primordials.ts";
import { isObject, isBufferSource, isSharedArrayBuffer, toDictionary, toDOMString, toLongLong, toSequence } from "../core/webidl.ts";
import { utf8Decode, utf8Encode } from "../encoding/index.ts";
import { readableFromBytes, type ReadableStream } from "../streams/index.ts";

const OriginalUint8Array = Uint8Array;

/** As in Workers: a blob is memory of the isolate. */
const maximumSize = 128 * 1024 * 1024;

export interface BlobPropertyBag { type?: string; endings?: "transparent" | "native" }

type Part = string | Blob | ArrayBuffer | ArrayBufferView;

/** Given in place of the parts, by the layer itself: bytes that become the blob's own without a copy. */
class OwnedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  constructor(bytes: Uint8Array<ArrayBuffer>, type: string) {
    this.bytes = bytes;
    this.type = type;
  }
  static is(value: unknown): value is OwnedBytes { return typeof value === "object" && value !== null && #brand in value; }
  readonly #brand = true;
}
const isOwnedBytes = OwnedBytes.is;

export let isBlob: (value: unknown) => value is Blob;
/** The blob's bytes themselves: not to be changed, nor shown to worker code. */
export let blobBytes: (blob: Blob) => Uint8Array<ArrayBuffer>;
export let blobType: (blob: Blob) => string;

export class Blob {
  #bytes: Uint8Array<ArrayBuffer>;
  #type: string;

  constructor(parts?: Iterable<unknown>, options?: BlobPropertyBag) {
    if (isOwnedBytes(parts)) {
      this.#bytes = parts.bytes;
      this.#type = parts.type;
      return;
    }
    const what = "Failed to construct 'Blob'";
    const list = parts === undefined ? [] : toSequence(parts, toPart, what);
    const given = toDictionary(options, what);
    const endings = given.endings === undefined ? "transparent" : toDOMString(given.endings);
    if (endings !== "transparent" && endings !== "native") {
      throw new TypeError(`${what}: The provided value '${endings}' is not a valid enum value of type EndingType.`);
    }
    this.#type = given.type === undefined ? "" : normalizeType(toDOMString(given.type));
    this.#bytes = concatenate(list, endings === "native");
  }

  get size(): number { return TypedArrayPrototypeGetByteLength(this.#bytes); }
  get type(): string { return this.#type; }

  slice(start: unknown = undefined, end: unknown = undefined, contentType: unknown = undefined): Blob {
    const size = TypedArrayPrototypeGetByteLength(this.#bytes);
    const from = start === undefined ? 0 : relative(toLongLong(start, { __proto__: null, clamp: true } as object), size);
    const to = end === undefined ? size : relative(toLongLong(end, { __proto__: null, clamp: true } as object), size);
    const type = contentType === undefined ? "" : normalizeType(toDOMString(contentType));
    return blobFromBytes(viewRange(this.#bytes, from, to > from ? to : from), type);
  }

  // Methods that return promises also reject, rather than throw, when `this` is not a blob.
  arrayBuffer(): Promise<ArrayBuffer> {
    return isObject(this) && #bytes in this ? PromiseResolve(TypedArrayPrototypeGetBuffer(copyBytes(this.#bytes))) : illegalInvocation();
  }

  bytes(): Promise<Uint8Array> {
    return isObject(this) && #bytes in this ? PromiseResolve(copyBytes(this.#bytes)) : illegalInvocation();
  }

  text(): Promise<string> {
    return isObject(this) && #bytes in this ? PromiseResolve(utf8Decode(this.#bytes)) : illegalInvocation();
  }

  stream(): ReadableStream {
    return readableFromBytes(copyBytes(this.#bytes));
  }

  static {
    isBlob = (value): value is Blob => typeof value === "object" && value !== null && #bytes in value;
    blobBytes = (blob) => blob.#bytes;
    blobType = (blob) => blob.#type;
  }
}
defineInterface("Blob", Blob);
ObjectDefineProperty(Blob, "length", { __proto__: null, value: 0, configurable: true } as PropertyDescriptor);
ObjectDefineProperty(Blob.prototype.slice, "length", { __proto__: null, value: 0, configurable: true } as PropertyDescriptor);

/** A blob that takes `bytes` over: nobody else may change them. */
export function blobFromBytes(bytes: Uint8Array<ArrayBuffer>, type: string): Blob {
  return new Blob(new OwnedBytes(bytes, type) as unknown as Iterable<unknown>);
}

/** In place of a File's parts: `bytes` without a copy. */
export function ownedParts(bytes: Uint8Array<ArrayBuffer>, type: string): Iterable<unknown> {
  return new OwnedBytes(bytes, type) as unknown as Iterable<unknown>;
}

function illegalInvocation(): Promise<never> {
  return PromiseReject(new TypeError("Illegal invocation"));
}

function toPart(value: unknown): Part {
  if (isBlob(value) || isBufferSource(value)) return value;
  if (isSharedArrayBuffer(value)) throw new TypeError("Failed to construct 'Blob': a SharedArrayBuffer is not allowed.");
  return StringPrototypeToWellFormed(toDOMString(value));
}

function concatenate(parts: Part[], nativeEndings: boolean): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) {
    const part = parts[0]!;
    if (typeof part === "string") return checkSize(encode(part, nativeEndings));
    return isBlob(part) ? blobBytes(part) : checkSize(copyBytes(part));
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const piece = typeof part === "string" ? encode(part, nativeEndings) : isBlob(part) ? blobBytes(part) : viewBytes(part);
    size += TypedArrayPrototypeGetByteLength(piece);
    ArrayPrototypePush(pieces, piece);
  }
  if (size > maximumSize) throw tooLarge();
  const bytes = new OriginalUint8Array(size);
  let offset = 0;
  for (let i = 0; i < pieces.length; i++) {
    TypedArrayPrototypeSet(bytes, pieces[i]!, offset);
    offset += TypedArrayPrototypeGetByteLength(pieces[i]!);
  }
  return bytes;
}

function encode(text: string, nativeEndings: boolean): Uint8Array<ArrayBuffer> {
  return utf8Encode(nativeEndings && StringPrototypeIncludes(text, "\r") ? toNewlines(text) : text);
}

// "Convert line endings to native": the native one is "\n" here.
function toNewlines(text: string): string {
  let result = "";
  let start = 0;
  for (let at = StringPrototypeIndexOf(text, "\r"); at !== -1; at = StringPrototypeIndexOf(text, "\r", start)) {
    result += `${StringPrototypeSlice(text, start, at)}\n`;
    start = text[at + 1] === "\n" ? at + 2 : at + 1;
  }
  return result + StringPrototypeSlice(text, start);
}

function checkSize(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (TypedArrayPrototypeGetByteLength(bytes) > maximumSize) throw tooLarge();
  return bytes;
}

function tooLarge(): RangeError {
  return new RangeError("Blob size exceeds limit 128MiB");
}

const unprintable = /[^\x20-\x7e]/;

function normalizeType(type: string): string {
  return RegExpPrototypeExec(unprintable, type) === null ? StringPrototypeToLowerCase(type) : "";
}

function relative(position: number, size: number): number {
  return position < 0 ? (position + size > 0 ? position + size : 0) : position < size ? position : size;
}
