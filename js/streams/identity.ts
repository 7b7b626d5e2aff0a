// Workers' byte-oriented pipes. A write is done when the reader has taken its bytes: the writer can never run ahead of
// the reader by more than the chunks it has in flight.
// https://developers.cloudflare.com/workers/runtime-apis/streams/transformstream/#identitytransformstream
import { copyBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { PromiseWithResolvers, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength } from "../core/primordials.ts";
import { isArrayBuffer, isBufferSource, requireArguments, toUnsignedLongLong } from "../core/webidl.ts";
import { typeError } from "./errors.ts";
import { endBytes } from "./host.ts";
import type { Done } from "./promises.ts";
import { ByteControllerState } from "./readable-byte-state.ts";
import { ReadableState, type KnownBody } from "./readable-state.ts";
import { wrapReadable } from "./readable-stream.ts";
import { extractHighWaterMark, toStrategy } from "./strategies.ts";
import { TransformStream, adoptSides } from "./transform-stream.ts";
import type { Source } from "./underlying.ts";
import { bufferByteLength, viewByteLength } from "./views.ts";
import { WritableControllerState, WritableState, type Sink } from "./writable-state.ts";
import { wrapWritable } from "./writable-stream.ts";

const OriginalNumber = Number;

class IdentityPipe implements Sink, Source<ByteControllerState>, KnownBody {
  readonly length: number | null;
  readonly readable = new ReadableState();
  readonly writable = new WritableState();
  readonly #input: WritableControllerState;
  readonly #output: ByteControllerState;
  #written = 0;
  #taken: PromiseWithResolvers<undefined> | undefined = undefined;

  constructor(length: number | null, highWaterMark: number | undefined) {
    this.length = length;
    // Without a high water mark of bytes the writer is told to wait while a chunk is on its way.
    this.#input = new WritableControllerState(this.writable, this, highWaterMark ?? 1, highWaterMark === undefined ? undefined : chunkLength);
    this.#output = new ByteControllerState(this.readable, this, 0);
    if (length !== null) this.readable.body = this;
    this.#input.startNow();
    this.#output.startNow();
  }

  write(chunk: unknown): Done {
    try {
      return this.#pass(chunk);
    } catch (reason) {
      this.#output.error(reason);
      throw reason;
    }
  }

  #pass(chunk: unknown): Done {
    if (!isBufferSource(chunk)) {
      throw typeError(typeof chunk === "string"
        ? "This TransformStream is being used as a byte stream, but received a string on its writable side. If you wish to write a string, you'll probably want to explicitly UTF-8-encode it with TextEncoder."
        : "This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.");
    }
    const bytes = copyBytes(chunk);
    const length = TypedArrayPrototypeGetByteLength(bytes);
    if (length === 0) return undefined;
    this.#written += length;
    if (this.length !== null && this.#written > this.length) throw typeError("Attempt to write too many bytes through a FixedLengthStream.");
    this.#output.enqueueOwned(TypedArrayPrototypeGetBuffer(bytes), 0, length);
    if (this.#output.queuedBytes === 0) return undefined;
    return (this.#taken = PromiseWithResolvers<undefined>()).promise;
  }

  drained(): void {
    this.#taken?.resolve(undefined);
    this.#taken = undefined;
  }

  close(): void {
    if (this.length !== null && this.#written < this.length) {
      const reason = typeError("FixedLengthStream did not see all expected bytes before close().");
      this.#output.error(reason);
      throw reason;
    }
    endBytes(this.#output);
  }

  abort(reason: unknown): void {
    this.#output.error(reason);
  }

  cancel(reason: unknown): void {
    this.#input.errorIfNeeded(reason);
    this.#taken?.reject(reason);
    this.#taken = undefined;
  }
}

function chunkLength(chunk: unknown): number {
  // What is no bytes is refused by write(), with an error that says so.
  if (!isBufferSource(chunk)) return 0;
  return isArrayBuffer(chunk) ? bufferByteLength(chunk) : viewByteLength(chunk);
}

let announcedLength: number | null = null;

export class IdentityTransformStream extends TransformStream {
  constructor(queuingStrategy: { highWaterMark?: number } = {}) {
    const length = announcedLength;
    announcedLength = null;
    const strategy = toStrategy(queuingStrategy, "Failed to construct 'IdentityTransformStream'");
    const mark = strategy.highWaterMark === undefined ? undefined : extractHighWaterMark(strategy, 0);
    const pipe = new IdentityPipe(length, mark);
    adoptSides(wrapReadable(pipe.readable), wrapWritable(pipe.writable));
    super();
  }
}
defineInterface("IdentityTransformStream", IdentityTransformStream);

/** An identity stream that insists on its length: a body made from it has a Content-Length. */
export class FixedLengthStream extends IdentityTransformStream {
  constructor(expectedLength: number | bigint, queuingStrategy: { highWaterMark?: number } = {}) {
    const what = "Failed to construct 'FixedLengthStream'";
    requireArguments(arguments.length, 1, what);
    const length = toUnsignedLongLong(
      typeof expectedLength === "bigint" ? OriginalNumber(expectedLength) : expectedLength,
      { enforceRange: true, what: `${what}: expectedLength` },
    );
    announcedLength = length;
    super(queuingStrategy);
  }
}
defineInterface("FixedLengthStream", FixedLengthStream);
