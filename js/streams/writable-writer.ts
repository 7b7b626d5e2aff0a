// https://streams.spec.whatwg.org/#default-writer-class
import { defineInterface } from "../core/define.ts";
import { PromiseReject, PromiseWithResolvers } from "../core/primordials.ts";
import { isObject, requireArguments } from "../core/webidl.ts";
import { illegalInvocation, typeError } from "./errors.ts";
import { WriterState, type WritableState } from "./writable-state.ts";

/** Gives the slots of a WritableStream, or undefined for anything else: registered by writable-stream.ts. */
let writableStateOf: (value: unknown) => WritableState | undefined;
export function setWritableStateOf(lookup: (value: unknown) => WritableState | undefined): void {
  writableStateOf = lookup;
}

// A writer made by the layer (getWriter) adopts the state that was made for it.
let adopted: WriterState | undefined;

function released(): TypeError {
  return typeError("This WritableStream writer has been released.");
}

export class WritableStreamDefaultWriter {
  readonly #state: WriterState;

  constructor(stream: unknown) {
    if (adopted !== undefined) {
      this.#state = adopted;
      adopted = undefined;
      return;
    }
    const what = "Failed to construct 'WritableStreamDefaultWriter'";
    requireArguments(arguments.length, 1, what);
    const state = writableStateOf(stream);
    if (state === undefined) throw typeError(`${what}: parameter 1 is not of type 'WritableStream'.`);
    this.#state = new WriterState(state);
  }

  get closed(): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    return this.#state.closed.promise;
  }

  get desiredSize(): number | null {
    if (!(#state in this)) throw illegalInvocation();
    if (this.#state.stream === undefined) throw released();
    return this.#state.desiredSize;
  }

  get ready(): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    return this.#state.ready.promise;
  }

  abort(reason: unknown = undefined): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    const stream = this.#state.stream;
    return stream === undefined ? PromiseReject(released()) : stream.abort(reason);
  }

  close(): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    const stream = this.#state.stream;
    if (stream === undefined) return PromiseReject(released());
    if (stream.closeQueuedOrInFlight) return PromiseReject(typeError("This WritableStream is already closing."));
    return stream.close();
  }

  releaseLock(): void {
    if (!(#state in this)) throw illegalInvocation();
    if (this.#state.stream !== undefined) this.#state.release();
  }

  write(chunk: unknown = undefined): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    if (this.#state.stream === undefined) return PromiseReject(released());
    const request = PromiseWithResolvers<undefined>();
    this.#state.write(chunk, request);
    return request.promise;
  }
}
defineInterface("WritableStreamDefaultWriter", WritableStreamDefaultWriter);

export function createWriter(stream: WritableState): WritableStreamDefaultWriter {
  adopted = new WriterState(stream);
  return new WritableStreamDefaultWriter(undefined);
}
