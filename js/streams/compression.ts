// https://compression.spec.whatwg.org/ over coders of the host.
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayBufferIsView, TypedArrayPrototypeGetByteLength } from "../core/primordials.ts";
import { isBufferSource, isSharedArrayBuffer, requireArguments, toDOMString } from "../core/webidl.ts";
import { illegalInvocation, typeError } from "./errors.ts";
import "./ops.ts";
import { wrapReadable, type ReadableStream } from "./readable-stream.ts";
import { TransformState, type Transformer } from "./transform-state.ts";
import { viewBuffer } from "./views.ts";
import { wrapWritable, type WritableStream } from "./writable-stream.ts";

class CodecTransformer implements Transformer {
  readonly #format: string;
  readonly #decompress: boolean;
  #coder: number | undefined = undefined;

  constructor(format: string, decompress: boolean) {
    this.#format = format;
    this.#decompress = decompress;
  }

  // The host makes its coder for the first chunk: a stream that nobody uses must not hold one.
  #open(): number {
    return this.#coder ??= ops.compress_open(this.#format, this.#decompress);
  }

  #close(): void {
    if (this.#coder === undefined) return;
    ops.compress_close(this.#coder);
    this.#coder = undefined;
  }

  transform(chunk: unknown, controller: TransformState): void {
    // The stream is errored by what is thrown here, and neither flush nor cancel comes after it.
    try {
      if (!isBufferSource(chunk)) throw typeError("The chunk is not of type '(ArrayBuffer or ArrayBufferView)'.");
      if (!isUnshared(chunk)) throw typeError("The chunk must not be backed by a SharedArrayBuffer.");
      const coder = this.#open();
      enqueueAll(controller, coder, ops.compress_write(coder, viewBytes(chunk)));
    } catch (reason) {
      this.#close();
      throw reason;
    }
  }

  flush(controller: TransformState): void {
    try {
      const coder = this.#open();
      enqueueAll(controller, coder, ops.compress_finish(coder));
    } finally {
      this.#close();
    }
  }

  cancel(): void {
    this.#close();
  }
}

function isUnshared(chunk: ArrayBuffer | ArrayBufferView): boolean {
  return !ArrayBufferIsView(chunk) || !isSharedArrayBuffer(viewBuffer(chunk));
}

// The host hands out its output in blocks.
function enqueueAll(controller: TransformState, coder: number, first: Uint8Array<ArrayBuffer> | null): void {
  for (let bytes = first; bytes !== null; bytes = ops.compress_more(coder)) {
    if (TypedArrayPrototypeGetByteLength(bytes) > 0) controller.enqueue(bytes);
  }
}

function codec(format: unknown, decompress: boolean, given: number): TransformState {
  const what = `Failed to construct '${decompress ? "DecompressionStream" : "CompressionStream"}'`;
  requireArguments(given, 1, what);
  const name = toDOMString(format);
  switch (name) {
    case "brotli":
    case "deflate":
    case "deflate-raw":
    case "gzip": {
      const transform = new TransformState(new CodecTransformer(name, decompress));
      transform.start(undefined);
      return transform;
    }
    default:
      throw typeError(`${what}: Unsupported compression format: '${name}'`);
  }
}

export class CompressionStream {
  readonly #readable: ReadableStream;
  readonly #writable: WritableStream;

  constructor(format: string) {
    const transform = codec(format, false, arguments.length);
    this.#readable = wrapReadable(transform.readable);
    this.#writable = wrapWritable(transform.writable);
  }

  get readable(): ReadableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable(): WritableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#writable;
  }
}
defineInterface("CompressionStream", CompressionStream);

export class DecompressionStream {
  readonly #readable: ReadableStream;
  readonly #writable: WritableStream;

  constructor(format: string) {
    const transform = codec(format, true, arguments.length);
    this.#readable = wrapReadable(transform.readable);
    this.#writable = wrapWritable(transform.writable);
  }

  get readable(): ReadableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable(): WritableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#writable;
  }
}
defineInterface("DecompressionStream", DecompressionStream);
