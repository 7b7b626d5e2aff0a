// The slots and abstract operations of ReadableStream and its readers
// (https://streams.spec.whatwg.org/#rs-abstract-ops). The public classes hold one of these objects each; streams that
// the layer makes for itself work on them directly.
import { PromisePrototypeThen, PromiseReject, PromiseResolve, PromiseWithResolvers } from "../core/primordials.ts";
import { typeError } from "./errors.ts";
import { LazyPromise } from "./promises.ts";
import { Queue } from "./queue.ts";

/** What happens to one read of a default reader. Exactly one of the three is called, possibly synchronously. */
export interface ReadRequest {
  chunk(value: unknown): void;
  close(): void;
  error(reason: unknown): void;
}

/** The same for a read into the caller's buffer. */
export interface ReadIntoRequest {
  /** The end of the stream may answer it with fewer bytes than its minimum. */
  readonly acceptsLess?: boolean;
  chunk(view: ArrayBufferView): void;
  close(view: ArrayBufferView | undefined): void;
  error(reason: unknown): void;
}

/** What a stream asks of its controller. */
export interface ReadableController {
  readonly bytes: boolean;
  pullSteps(request: ReadRequest): void;
  cancelSteps(reason: unknown): Promise<unknown>;
  releaseSteps(): void;
  /** Errors the stream, unless it has ended. */
  error(reason: unknown): void;
}

/** The body behind a stream of the layer's own making, for those who can use it without reading the stream. */
export interface KnownBody {
  /** How many bytes the whole stream yields, where that is known. */
  readonly length: number | null;
}

export type ReaderState = DefaultReaderState | ByobReaderState;

function returnUndefined(): undefined {}

export class ReadableState {
  state: "readable" | "closed" | "errored" = "readable";
  storedError: unknown = undefined;
  disturbed = false;
  reader: ReaderState | undefined = undefined;
  controller!: ReadableController;
  body: KnownBody | undefined = undefined;

  get locked(): boolean {
    return this.reader !== undefined;
  }

  /** Nobody has read, locked or cancelled it: whoever knows where its bytes come from may take them directly. */
  get untouched(): boolean {
    return !this.disturbed && this.reader === undefined;
  }

  get readRequestCount(): number {
    const reader = this.reader;
    return reader instanceof DefaultReaderState ? reader.requests.length : 0;
  }

  get readIntoRequestCount(): number {
    const reader = this.reader;
    return reader instanceof ByobReaderState ? reader.requests.length : 0;
  }

  close(): void {
    this.state = "closed";
    const reader = this.reader;
    if (reader === undefined) return;
    reader.closed.resolve();
    if (reader instanceof DefaultReaderState) {
      const requests = reader.takeRequests();
      while (requests.length > 0) requests.shift().close();
    }
  }

  error(reason: unknown): void {
    this.state = "errored";
    this.storedError = reason;
    const reader = this.reader;
    if (reader === undefined) return;
    reader.closed.reject(reason);
    reader.errorRequests(reason);
  }

  cancel(reason: unknown): Promise<undefined> {
    this.disturbed = true;
    if (this.state === "closed") return PromiseResolve(undefined);
    if (this.state === "errored") return PromiseReject(this.storedError);
    this.close();
    const reader = this.reader;
    if (reader instanceof ByobReaderState) {
      const requests = reader.takeRequests();
      while (requests.length > 0) requests.shift().close(undefined);
    }
    return PromisePrototypeThen(this.controller.cancelSteps(reason), returnUndefined);
  }

  fulfillReadRequest(chunk: unknown, done: boolean): void {
    const request = (this.reader as DefaultReaderState).requests.shift();
    if (done) request.close();
    else request.chunk(chunk);
  }

  fulfillReadIntoRequest(view: ArrayBufferView, done: boolean): void {
    const request = (this.reader as ByobReaderState).requests.shift();
    if (done) request.close(view);
    else request.chunk(view);
  }
}

abstract class GenericReaderState<R extends { error(reason: unknown): void }> {
  stream: ReadableState | undefined;
  readonly closed = new LazyPromise();
  requests = new Queue<R>();

  constructor(stream: ReadableState) {
    if (stream.reader !== undefined) throw typeError("This ReadableStream is currently locked to a reader.");
    this.stream = stream;
    if (stream.state === "closed") this.closed.resolve();
    else if (stream.state === "errored") this.closed.reject(stream.storedError);
  }

  takeRequests(): Queue<R> {
    const requests = this.requests;
    this.requests = new Queue<R>();
    return requests;
  }

  errorRequests(reason: unknown): void {
    const requests = this.takeRequests();
    while (requests.length > 0) requests.shift().error(reason);
  }

  cancel(reason: unknown): Promise<undefined> {
    return this.stream!.cancel(reason);
  }

  release(): void {
    const stream = this.stream!;
    this.closed.reject(typeError("This ReadableStream reader has been released."));
    stream.controller.releaseSteps();
    stream.reader = undefined;
    this.stream = undefined;
    if (this.requests.length > 0) this.errorRequests(typeError("This ReadableStream reader has been released."));
  }
}

export class DefaultReaderState extends GenericReaderState<ReadRequest> {
  constructor(stream: ReadableState) {
    super(stream);
    stream.reader = this;
  }

  /** ReadableStreamDefaultReaderRead. The reader must not be released. */
  read(request: ReadRequest): void {
    const stream = this.stream!;
    stream.disturbed = true;
    if (stream.state === "readable") stream.controller.pullSteps(request);
    else if (stream.state === "closed") request.close();
    else request.error(stream.storedError);
  }
}

/** What a reader of caller-provided buffers needs of the byte controller. */
export interface ByteReadableController extends ReadableController {
  pullInto(view: ArrayBufferView, min: number, request: ReadIntoRequest): void;
}

export class ByobReaderState extends GenericReaderState<ReadIntoRequest> {
  constructor(stream: ReadableState) {
    super(stream);
    if (!stream.controller.bytes) throw typeError("This ReadableStream does not support BYOB reads.");
    stream.reader = this;
  }

  /** ReadableStreamBYOBReaderRead. The reader must not be released. */
  read(view: ArrayBufferView, min: number, request: ReadIntoRequest): void {
    const stream = this.stream!;
    stream.disturbed = true;
    if (stream.state === "errored") request.error(stream.storedError);
    else (stream.controller as ByteReadableController).pullInto(view, min, request);
  }
}

/** The read request behind a promise that user code holds. */
export class PromiseReadRequest<T = unknown> implements ReadRequest, ReadIntoRequest {
  readonly #resolvers = PromiseWithResolvers<IteratorResult<T, T | undefined>>();

  get promise(): Promise<IteratorResult<T, T | undefined>> {
    return this.#resolvers.promise;
  }

  chunk(value: unknown): void {
    this.#resolvers.resolve({ value: value as T, done: false });
  }

  close(view?: unknown): void {
    this.#resolvers.resolve({ value: view as T | undefined, done: true });
  }

  error(reason: unknown): void {
    this.#resolvers.reject(reason);
  }
}
