import type { ViewConstructor } from "./views.ts";

/** A pull-into descriptor: a buffer that waits to be filled, for a read or for an auto-allocated chunk. */
export class PullInto {
  buffer: ArrayBuffer;
  readonly bufferByteLength: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  bytesFilled = 0;
  readonly minimumFill: number;
  readonly elementSize: number;
  readonly viewConstructor: ViewConstructor;
  /** "none": the reader that asked has been released. */
  readerType: "default" | "byob" | "none";

  constructor(
    buffer: ArrayBuffer,
    bufferByteLength: number,
    byteOffset: number,
    byteLength: number,
    minimumFill: number,
    elementSize: number,
    viewConstructor: ViewConstructor,
    readerType: "default" | "byob",
  ) {
    this.buffer = buffer;
    this.bufferByteLength = bufferByteLength;
    this.byteOffset = byteOffset;
    this.byteLength = byteLength;
    this.minimumFill = minimumFill;
    this.elementSize = elementSize;
    this.viewConstructor = viewConstructor;
    this.readerType = readerType;
  }
}

/** A run of bytes in a byte stream's queue. */
export interface QueuedBytes {
  readonly buffer: ArrayBuffer;
  byteOffset: number;
  byteLength: number;
}
