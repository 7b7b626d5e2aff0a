// https://streams.spec.whatwg.org/#default-reader-class and #byob-reader-class
import { defineInterface } from "../core/define.ts";
import { MathCeil, PromiseReject, PromiseResolve } from "../core/primordials.ts";
import { isObject, requireArguments, toDictionary, toUnsignedLongLong } from "../core/webidl.ts";
import { illegalInvocation, rangeError, typeError } from "./errors.ts";
import { DefaultControllerState } from "./readable-default-controller.ts";
import { ByobReaderState, DefaultReaderState, PromiseReadRequest, type ReadableState } from "./readable-state.ts";
import { bufferByteLength, isDetached, toView, viewBuffer, viewByteLength, viewType } from "./views.ts";

type ReadResult<T = unknown> = Promise<IteratorResult<T, T | undefined>>;

/** Gives the slots of a ReadableStream, or undefined for anything else: registered by readable-stream.ts. */
let readableStateOf: (value: unknown) => ReadableState | undefined;
export function setReadableStateOf(lookup: (value: unknown) => ReadableState | undefined): void {
  readableStateOf = lookup;
}

// A reader made by the layer (getReader) adopts the state that was made for it.
let adoptedDefault: DefaultReaderState | undefined;
let adoptedByob: ByobReaderState | undefined;

function streamArgument(stream: unknown, given: number, name: string): ReadableState {
  const what = `Failed to construct '${name}'`;
  requireArguments(given, 1, what);
  const state = readableStateOf(stream);
  if (state === undefined) throw typeError(`${what}: parameter 1 is not of type 'ReadableStream'.`);
  return state;
}

function released(): TypeError {
  return typeError("This ReadableStream reader has been released.");
}

export class ReadableStreamDefaultReader {
  readonly #state: DefaultReaderState;

  constructor(stream: unknown) {
    if (adoptedDefault !== undefined) {
      this.#state = adoptedDefault;
      adoptedDefault = undefined;
    } else {
      this.#state = new DefaultReaderState(streamArgument(stream, arguments.length, "ReadableStreamDefaultReader"));
    }
  }

  get closed(): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    return this.#state.closed.promise;
  }

  cancel(reason: unknown = undefined): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    if (this.#state.stream === undefined) return PromiseReject(released());
    return this.#state.cancel(reason);
  }

  read(): ReadResult {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    const reader = this.#state;
    const stream = reader.stream;
    if (stream === undefined) return PromiseReject(released());
    const controller = stream.controller;
    // A chunk that is there already needs no request object.
    if (controller instanceof DefaultControllerState && stream.state === "readable" && controller.hasQueued) {
      stream.disturbed = true;
      return PromiseResolve({ value: controller.takeQueued(), done: false as const });
    }
    const request = new PromiseReadRequest();
    reader.read(request);
    return request.promise;
  }

  releaseLock(): void {
    if (!(#state in this)) throw illegalInvocation();
    if (this.#state.stream !== undefined) this.#state.release();
  }
}
defineInterface("ReadableStreamDefaultReader", ReadableStreamDefaultReader);

export function createDefaultReader(stream: ReadableState): ReadableStreamDefaultReader {
  adoptedDefault = new DefaultReaderState(stream);
  return new ReadableStreamDefaultReader(undefined);
}

export class ReadableStreamBYOBReader {
  readonly #state: ByobReaderState;

  constructor(stream: unknown) {
    if (adoptedByob !== undefined) {
      this.#state = adoptedByob;
      adoptedByob = undefined;
    } else {
      this.#state = new ByobReaderState(streamArgument(stream, arguments.length, "ReadableStreamBYOBReader"));
    }
  }

  get closed(): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    return this.#state.closed.promise;
  }

  cancel(reason: unknown = undefined): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    if (this.#state.stream === undefined) return PromiseReject(released());
    return this.#state.cancel(reason);
  }

  read(view: ArrayBufferView, options: { min?: number } = {}): ReadResult<ArrayBufferView> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    try {
      const what = "Failed to execute 'read' on 'ReadableStreamBYOBReader'";
      requireArguments(arguments.length, 1, what);
      const converted = toView(view, what);
      const bag = toDictionary<{ min?: unknown }>(options, what);
      const min = bag.min;
      const minimum = min === undefined ? 1 : toUnsignedLongLong(min, { enforceRange: true, what: `${what}: min` });
      return readInto(this.#state, converted, minimum, viewByteLength(converted) / viewType(converted).elementSize);
    } catch (reason) {
      return PromiseReject(reason);
    }
  }

  /**
   * Workers' forerunner of `read(view, { min })`, counted in bytes. At the end of the stream what there is comes as a
   * last, shorter view.
   */
  readAtLeast(minBytes: number, view: ArrayBufferView): ReadResult<ArrayBufferView> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    try {
      const what = "Failed to execute 'readAtLeast' on 'ReadableStreamBYOBReader'";
      requireArguments(arguments.length, 2, what);
      const minimum = toUnsignedLongLong(minBytes, { enforceRange: true, what: `${what}: minBytes` });
      const converted = toView(view, what);
      const elementSize = viewType(converted).elementSize;
      return readInto(
        this.#state,
        converted,
        MathCeil(minimum / elementSize),
        viewByteLength(converted) / elementSize,
        new ReadAtLeastRequest(),
      );
    } catch (reason) {
      return PromiseReject(reason);
    }
  }

  releaseLock(): void {
    if (!(#state in this)) throw illegalInvocation();
    if (this.#state.stream !== undefined) this.#state.release();
  }
}
defineInterface("ReadableStreamBYOBReader", ReadableStreamBYOBReader);

function readInto(
  reader: ByobReaderState,
  view: ArrayBufferView<ArrayBuffer>,
  min: number,
  length: number,
  request: PromiseReadRequest<ArrayBufferView> = new PromiseReadRequest<ArrayBufferView>(),
): ReadResult<ArrayBufferView> {
  const buffer = viewBuffer(view);
  if (viewByteLength(view) === 0) throw typeError("The view must have a non-zero length.");
  if (bufferByteLength(buffer) === 0) throw typeError("The view's buffer must have a non-zero length.");
  if (isDetached(buffer)) throw typeError("The view's buffer has been detached.");
  if (min === 0) throw typeError("The minimum number of elements to read must be greater than 0.");
  if (min > length) throw rangeError("The minimum number of elements to read is larger than the view.");
  if (reader.stream === undefined) throw released();
  reader.read(view, min, request);
  return request.promise;
}

// The last bytes, fewer than were asked for, are an ordinary result: only the read after them says "done".
class ReadAtLeastRequest extends PromiseReadRequest<ArrayBufferView> {
  readonly acceptsLess = true;

  override close(view?: ArrayBufferView): void {
    if (view !== undefined && viewByteLength(view) > 0) this.chunk(view);
    else super.close(view);
  }
}

export function createByobReader(stream: ReadableState): ReadableStreamBYOBReader {
  adoptedByob = new ByobReaderState(stream);
  return new ReadableStreamBYOBReader(undefined);
}
