// https://w3c.github.io/FileAPI/#file-section
import { clockNow } from "../core/clock.ts";
import { defineInterface } from "../core/define.ts";
import { MathFloor } from "../core/primordials.ts";
import { requireArguments, toDictionary, toLongLong, toUSVString } from "../core/webidl.ts";
import { Blob, blobBytes, ownedParts, type BlobPropertyBag } from "./blob.ts";

export interface FilePropertyBag extends BlobPropertyBag { lastModified?: number }

export let isFile: (value: unknown) => value is File;
export let fileName: (file: Blob) => string;
export let fileLastModified: (file: File) => number;

export class File extends Blob {
  #name: string;
  #lastModified: number;

  constructor(parts: Iterable<unknown>, name: string, options?: FilePropertyBag) {
    const what = "Failed to construct 'File'";
    requireArguments(arguments.length, 2, what);
    if (parts === undefined) throw new TypeError(`${what}: The provided value cannot be converted to a sequence.`);
    super(parts, options);
    this.#name = toUSVString(name);
    const lastModified = toDictionary(options, what).lastModified;
    this.#lastModified = lastModified === undefined ? MathFloor(clockNow()) : toLongLong(lastModified);
  }

  get name(): string { return this.#name; }
  get lastModified(): number { return this.#lastModified; }
  get webkitRelativePath(): string { this.#name; return ""; }

  static {
    isFile = (value): value is File => typeof value === "object" && value !== null && #name in value;
    fileName = (file) => (file as File).#name;
    fileLastModified = (file) => file.#lastModified;
  }
}
defineInterface("File", File);

/** A file that takes `bytes` over: nobody else may change them. */
export function createFile(bytes: Uint8Array<ArrayBuffer>, name: string, type: string, lastModified?: number): File {
  return new File(ownedParts(bytes, type), name, { __proto__: null, lastModified } as FilePropertyBag);
}

/** The same content under another name (an entry of FormData). */
export function fileFromBlob(blob: Blob, name: string, type: string, lastModified?: number): File {
  return createFile(blobBytes(blob), name, type, lastModified);
}
