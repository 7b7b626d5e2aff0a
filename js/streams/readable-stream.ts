// https://streams.spec.whatwg.org/#rs-class
import { defineInterface } from "../core/define.ts";
import { FunctionPrototypeCall, ObjectDefineProperty, PromiseReject, SymbolAsyncIterator, uncurryThis } from "../core/primordials.ts";
import { isObject, requireArguments, toDictionary } from "../core/webidl.ts";
import { createAsyncIterator } from "./async-iterator.ts";
import { illegalInvocation, rangeError, typeError } from "./errors.ts";
import { IterableSource } from "./from.ts";
import { pipe, toPipeOptions, type PipeOptions } from "./pipe.ts";
import { markHandled, userResult } from "./promises.ts";
import "./readable-byte-controller.ts";
import { ByteControllerState } from "./readable-byte-state.ts";
import { DefaultControllerState } from "./readable-default-controller.ts";
import { createByobReader, createDefaultReader, setReadableStateOf, type ReadableStreamBYOBReader, type ReadableStreamDefaultReader } from "./readable-readers.ts";
import { ReadableState } from "./readable-state.ts";
import { extractHighWaterMark, extractSize, toStrategy } from "./strategies.ts";
import { tee } from "./tee.ts";
import { UserSource, toUnderlyingSource } from "./underlying.ts";
import { writableStateOf, type WritableStream } from "./writable-stream.ts";

// A stream made by the layer adopts the state that was made for it.
let adopted: ReadableState | undefined;

/** The slots of a ReadableStream; undefined for anything else. */
export let readableStateOf: (value: unknown) => ReadableState | undefined;

export class ReadableStream {
  readonly #state: ReadableState;

  static {
    readableStateOf = (value) => isObject(value) && #state in value ? value.#state : undefined;
    setReadableStateOf(readableStateOf);
  }

  constructor(underlyingSource: object | undefined = undefined, strategy: object = {}) {
    if (adopted !== undefined) {
      this.#state = adopted;
      adopted = undefined;
      return;
    }
    const what = "Failed to construct 'ReadableStream'";
    if (underlyingSource !== undefined && !isObject(underlyingSource)) {
      throw typeError(`${what}: The provided value is not of type 'object'.`);
    }
    const queuing = toStrategy(strategy, what);
    const source = toUnderlyingSource(underlyingSource, what);
    const state = this.#state = new ReadableState();
    let controller: ByteControllerState | DefaultControllerState;
    if (source.type === "bytes") {
      if (queuing.size !== undefined) throw rangeError(`${what}: A byte stream's strategy cannot have a size function.`);
      const highWaterMark = extractHighWaterMark(queuing, 0);
      if (source.autoAllocateChunkSize === 0) throw typeError(`${what}: autoAllocateChunkSize must be greater than 0.`);
      const user = new UserSource<ByteControllerState>(underlyingSource, source.pull, source.cancel);
      controller = new ByteControllerState(state, user, highWaterMark, source.autoAllocateChunkSize);
    } else {
      const size = extractSize(queuing);
      const highWaterMark = extractHighWaterMark(queuing, 1);
      const user = new UserSource<DefaultControllerState>(underlyingSource, source.pull, source.cancel);
      controller = new DefaultControllerState(state, user, highWaterMark, size);
    }
    controller.start(source.start === undefined ? undefined : userResult(FunctionPrototypeCall(source.start, underlyingSource, controller.object)));
  }

  static from(asyncIterable: unknown): ReadableStream {
    requireArguments(arguments.length, 1, "Failed to execute 'from' on 'ReadableStream'");
    const state = new ReadableState();
    new DefaultControllerState(state, new IterableSource(asyncIterable), 0, undefined).start(undefined);
    return wrapReadable(state);
  }

  get locked(): boolean {
    if (!(#state in this)) throw illegalInvocation();
    return this.#state.locked;
  }

  cancel(reason: unknown = undefined): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    if (this.#state.locked) return PromiseReject(typeError("This ReadableStream is currently locked to a reader."));
    return this.#state.cancel(reason);
  }

  getReader(options: { mode?: "byob" } = {}): ReadableStreamDefaultReader | ReadableStreamBYOBReader {
    if (!(#state in this)) throw illegalInvocation();
    const what = "Failed to execute 'getReader' on 'ReadableStream'";
    const mode = toDictionary<{ mode?: unknown }>(options, what).mode;
    if (mode === undefined) return createDefaultReader(this.#state);
    if (`${mode as string}` !== "byob") {
      throw typeError(`${what}: The provided value '${mode as string}' is not a valid enum value of type ReadableStreamReaderMode.`);
    }
    return createByobReader(this.#state);
  }

  pipeThrough(transform: { readable: ReadableStream; writable: WritableStream }, options: PipeOptions = {}): ReadableStream {
    if (!(#state in this)) throw illegalInvocation();
    const what = "Failed to execute 'pipeThrough' on 'ReadableStream'";
    requireArguments(arguments.length, 1, what);
    const pair = toDictionary<{ readable: unknown; writable: unknown }>(transform, what);
    const readable = pair.readable;
    if (readableStateOf(readable) === undefined) throw typeError(`${what}: Failed to read the 'readable' property from 'ReadableWritablePair': Failed to convert value to 'ReadableStream'.`);
    const destination = writableStateOf(pair.writable);
    if (destination === undefined) throw typeError(`${what}: Failed to read the 'writable' property from 'ReadableWritablePair': Failed to convert value to 'WritableStream'.`);
    const converted = toPipeOptions(options, what);
    if (this.#state.locked) throw typeError(`${what}: The stream to pipe from is locked.`);
    if (destination.locked) throw typeError(`${what}: The stream to pipe to is locked.`);
    markHandled(pipe(this.#state, destination, converted));
    return readable as ReadableStream;
  }

  pipeTo(destination: WritableStream, options: PipeOptions = {}): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    try {
      const what = "Failed to execute 'pipeTo' on 'ReadableStream'";
      requireArguments(arguments.length, 1, what);
      const target = writableStateOf(destination);
      if (target === undefined) throw typeError(`${what}: parameter 1 is not of type 'WritableStream'.`);
      const converted = toPipeOptions(options, what);
      if (this.#state.locked) throw typeError(`${what}: The stream to pipe from is locked.`);
      if (target.locked) throw typeError(`${what}: The stream to pipe to is locked.`);
      return pipe(this.#state, target, converted);
    } catch (reason) {
      return PromiseReject(reason);
    }
  }

  tee(): [ReadableStream, ReadableStream] {
    if (!(#state in this)) throw illegalInvocation();
    const branches = tee(this.#state);
    return [wrapReadable(branches.first), wrapReadable(branches.second)];
  }

  values(options: { preventCancel?: boolean } = {}): AsyncIterator<unknown> {
    if (!(#state in this)) throw illegalInvocation();
    const preventCancel = !!toDictionary<{ preventCancel?: unknown }>(options, "Failed to execute 'values' on 'ReadableStream'").preventCancel;
    return createAsyncIterator(this.#state, preventCancel);
  }
}
defineInterface("ReadableStream", ReadableStream);
ObjectDefineProperty(ReadableStream.prototype, SymbolAsyncIterator, {
  __proto__: null,
  value: ReadableStream.prototype.values,
  writable: true,
  configurable: true,
  enumerable: false,
} as PropertyDescriptor);

/** A ReadableStream for a state that the layer has set up. */
export function wrapReadable(state: ReadableState): ReadableStream {
  adopted = state;
  return new ReadableStream();
}

export const ReadableStreamPrototypePipeThrough = uncurryThis(ReadableStream.prototype.pipeThrough);
