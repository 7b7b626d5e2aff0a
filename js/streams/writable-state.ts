// The slots and abstract operations of WritableStream, its controller and its writer
// (https://streams.spec.whatwg.org/#ws-abstract-ops).
import { PromisePrototypeThen, PromiseReject, PromiseResolve, PromiseWithResolvers } from "../core/primordials.ts";
import { typeError } from "./errors.ts";
import { LazyPromise, whenDone, type Done } from "./promises.ts";
import { Queue, SizedQueue } from "./queue.ts";
import { checkSize, type SizeAlgorithm } from "./strategies.ts";

/** Where a writable stream's chunks go. User code's objects are wrapped; the layer's own sinks implement this directly. */
export interface Sink {
  readonly write?: ((chunk: unknown, controller: WritableControllerState) => Done) | undefined;
  readonly close?: (() => Done) | undefined;
  readonly abort?: ((reason: unknown) => Done) | undefined;
}

/** What happens when one write (or the close) is done. */
export interface WriteRequest {
  resolve(value: undefined): void;
  reject(reason: unknown): void;
}

interface PendingAbort {
  readonly resolvers: PromiseWithResolvers<undefined>;
  readonly reason: unknown;
  readonly wasAlreadyErroring: boolean;
}

const CLOSE: unique symbol = Symbol("close");

export class WritableState {
  state: "writable" | "erroring" | "errored" | "closed" = "writable";
  storedError: unknown = undefined;
  writer: WriterState | undefined = undefined;
  controller!: WritableControllerState;
  backpressure = false;
  #writeRequests = new Queue<WriteRequest>();
  #closeRequest: WriteRequest | undefined = undefined;
  #inFlightWrite: WriteRequest | undefined = undefined;
  #inFlightClose: WriteRequest | undefined = undefined;
  #pendingAbort: PendingAbort | undefined = undefined;

  get locked(): boolean {
    return this.writer !== undefined;
  }

  get closeQueuedOrInFlight(): boolean {
    return this.#closeRequest !== undefined || this.#inFlightClose !== undefined;
  }

  get writeInFlight(): boolean {
    return this.#inFlightWrite !== undefined;
  }

  abort(reason: unknown): Promise<undefined> {
    if (this.state === "closed" || this.state === "errored") return PromiseResolve(undefined);
    this.controller.signalAbort(reason);
    // The signal's listeners are user code and may have changed everything.
    const state = this.state as WritableState["state"];
    if (state === "closed" || state === "errored") return PromiseResolve(undefined);
    if (this.#pendingAbort !== undefined) return this.#pendingAbort.resolvers.promise;
    const wasAlreadyErroring = state === "erroring";
    const resolvers = PromiseWithResolvers<undefined>();
    this.#pendingAbort = { resolvers, reason: wasAlreadyErroring ? undefined : reason, wasAlreadyErroring };
    if (!wasAlreadyErroring) this.startErroring(reason);
    return resolvers.promise;
  }

  close(): Promise<undefined> {
    if (this.state === "closed" || this.state === "errored") {
      return PromiseReject(typeError(`The stream is ${this.state} and so cannot be closed.`));
    }
    const resolvers = PromiseWithResolvers<undefined>();
    this.#closeRequest = resolvers;
    if (this.backpressure && this.state === "writable") this.writer?.ready.resolve();
    this.controller.close();
    return resolvers.promise;
  }

  dealWithRejection(reason: unknown): void {
    if (this.state === "writable") this.startErroring(reason);
    else this.finishErroring();
  }

  startErroring(reason: unknown): void {
    this.state = "erroring";
    this.storedError = reason;
    this.writer?.ready.reject(reason);
    if (this.#inFlightWrite === undefined && this.#inFlightClose === undefined && this.controller.started) this.finishErroring();
  }

  finishErroring(): void {
    this.state = "errored";
    this.controller.errorSteps();
    const waiting = this.#writeRequests;
    this.#writeRequests = new Queue<WriteRequest>();
    while (waiting.length > 0) waiting.shift().reject(this.storedError);
    const abort = this.#pendingAbort;
    if (abort === undefined) {
      this.#rejectCloseAndClosed();
      return;
    }
    this.#pendingAbort = undefined;
    if (abort.wasAlreadyErroring) {
      abort.resolvers.reject(this.storedError);
      this.#rejectCloseAndClosed();
      return;
    }
    PromisePrototypeThen(
      this.controller.abortSteps(abort.reason),
      () => {
        abort.resolvers.resolve(undefined);
        this.#rejectCloseAndClosed();
      },
      (reason) => {
        abort.resolvers.reject(reason);
        this.#rejectCloseAndClosed();
      },
    );
  }

  #rejectCloseAndClosed(): void {
    if (this.#closeRequest !== undefined) {
      this.#closeRequest.reject(this.storedError);
      this.#closeRequest = undefined;
    }
    this.writer?.closed.reject(this.storedError);
  }

  addWriteRequest(request: WriteRequest): void {
    this.#writeRequests.push(request);
  }

  startWrite(): void {
    this.#inFlightWrite = this.#writeRequests.shift();
  }

  finishWrite(): void {
    this.#inFlightWrite!.resolve(undefined);
    this.#inFlightWrite = undefined;
  }

  failWrite(reason: unknown): void {
    this.#inFlightWrite!.reject(reason);
    this.#inFlightWrite = undefined;
    this.dealWithRejection(reason);
  }

  startClose(): void {
    this.#inFlightClose = this.#closeRequest;
    this.#closeRequest = undefined;
  }

  finishClose(): void {
    this.#inFlightClose!.resolve(undefined);
    this.#inFlightClose = undefined;
    if (this.state === "erroring") {
      // The error came too late to do anything.
      this.storedError = undefined;
      this.#pendingAbort?.resolvers.resolve(undefined);
      this.#pendingAbort = undefined;
    }
    this.state = "closed";
    this.writer?.closed.resolve();
  }

  failClose(reason: unknown): void {
    this.#inFlightClose!.reject(reason);
    this.#inFlightClose = undefined;
    this.#pendingAbort?.resolvers.reject(reason);
    this.#pendingAbort = undefined;
    this.dealWithRejection(reason);
  }

  updateBackpressure(backpressure: boolean): void {
    const writer = this.writer;
    if (writer !== undefined && backpressure !== this.backpressure) {
      if (backpressure) writer.ready.reset();
      else writer.ready.resolve();
    }
    this.backpressure = backpressure;
  }
}

/** The slots of WritableStreamDefaultWriter. */
export class WriterState {
  stream: WritableState | undefined;
  readonly ready = new LazyPromise();
  readonly closed = new LazyPromise();

  constructor(stream: WritableState) {
    if (stream.writer !== undefined) throw typeError("This WritableStream is currently locked to a writer.");
    this.stream = stream;
    stream.writer = this;
    switch (stream.state) {
      case "writable":
        if (stream.closeQueuedOrInFlight || !stream.backpressure) this.ready.resolve();
        break;
      case "erroring":
        this.ready.reject(stream.storedError);
        break;
      case "closed":
        this.ready.resolve();
        this.closed.resolve();
        break;
      default:
        this.ready.reject(stream.storedError);
        this.closed.reject(stream.storedError);
    }
  }

  get desiredSize(): number | null {
    const stream = this.stream!;
    if (stream.state === "errored" || stream.state === "erroring") return null;
    return stream.state === "closed" ? 0 : stream.controller.desiredSize;
  }

  /** WritableStreamDefaultWriterWrite; the answer goes to `request`. */
  write(chunk: unknown, request: WriteRequest): void {
    const stream = this.stream!;
    const controller = stream.controller;
    const size = controller.chunkSize(chunk);
    // The size function is user code.
    if (stream !== this.stream) {
      request.reject(typeError("This WritableStream writer has been released."));
    } else if (stream.state === "errored") {
      request.reject(stream.storedError);
    } else if (stream.closeQueuedOrInFlight || stream.state === "closed") {
      request.reject(typeError("The stream is closing or closed and so cannot be written to."));
    } else if (stream.state === "erroring") {
      request.reject(stream.storedError);
    } else {
      stream.addWriteRequest(request);
      controller.write(chunk, size);
    }
  }

  /** WritableStreamDefaultWriterCloseWithErrorPropagation. */
  closeWithErrorPropagation(): Promise<undefined> {
    const stream = this.stream!;
    if (stream.closeQueuedOrInFlight || stream.state === "closed") return PromiseResolve(undefined);
    if (stream.state === "errored") return PromiseReject(stream.storedError);
    return stream.close();
  }

  release(): void {
    const reason = typeError("This WritableStream writer has been released.");
    this.ready.reject(reason);
    this.closed.reject(reason);
    this.stream!.writer = undefined;
    this.stream = undefined;
  }
}

/** The slots of WritableStreamDefaultController. */
export class WritableControllerState {
  readonly stream: WritableState;
  readonly #queue = new SizedQueue();
  readonly #highWaterMark: number;
  #sink: Sink | undefined;
  #size: SizeAlgorithm | undefined;
  #object: object | undefined = undefined;
  #aborted = false;
  #abortReason: unknown = undefined;
  #onAbort: ((reason: unknown) => void) | undefined = undefined;
  #written: (() => void) | undefined = undefined;
  #writeFailed: ((reason: unknown) => void) | undefined = undefined;
  started = false;

  constructor(stream: WritableState, sink: Sink, highWaterMark: number, size: SizeAlgorithm | undefined) {
    this.stream = stream;
    this.#sink = sink;
    this.#highWaterMark = highWaterMark;
    this.#size = size;
    stream.controller = this;
    stream.updateBackpressure(this.#hasBackpressure);
  }

  get object(): object {
    return this.#object ??= createObject(this);
  }

  start(result: Done): void {
    PromisePrototypeThen(
      whenDone(result),
      () => {
        this.started = true;
        this.#advance();
      },
      (reason) => {
        this.started = true;
        this.stream.dealWithRejection(reason);
      },
    );
  }

  /** For sinks of the layer that have nothing to start. */
  startNow(): void {
    this.started = true;
    this.#advance();
  }

  get desiredSize(): number {
    return this.#highWaterMark - this.#queue.totalSize;
  }

  get #hasBackpressure(): boolean {
    return this.desiredSize <= 0;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get abortReason(): unknown {
    return this.#abortReason;
  }

  /** Tells `listener` when the stream is aborted: the signal exists only for those who ask for it. */
  onAbort(listener: (reason: unknown) => void): void {
    this.#onAbort = listener;
  }

  signalAbort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#abortReason = reason;
    this.#onAbort?.(reason);
  }

  chunkSize(chunk: unknown): number {
    if (this.#size === undefined) return 1;
    try {
      return this.#size(chunk);
    } catch (reason) {
      this.errorIfNeeded(reason);
      return 1;
    }
  }

  write(chunk: unknown, size: number): void {
    try {
      checkSize(size);
    } catch (reason) {
      this.errorIfNeeded(reason);
      return;
    }
    this.#queue.push(chunk, size);
    const stream = this.stream;
    if (!stream.closeQueuedOrInFlight && stream.state === "writable") stream.updateBackpressure(this.#hasBackpressure);
    this.#advance();
  }

  close(): void {
    this.#queue.push(CLOSE, 0);
    this.#advance();
  }

  error(reason: unknown): void {
    this.#clearAlgorithms();
    this.stream.startErroring(reason);
  }

  errorIfNeeded(reason: unknown): void {
    if (this.stream.state === "writable") this.error(reason);
  }

  abortSteps(reason: unknown): Promise<unknown> {
    const result = callSink(() => this.#sink?.abort?.(reason));
    this.#clearAlgorithms();
    return result;
  }

  errorSteps(): void {
    this.#queue.clear();
  }

  #clearAlgorithms(): void {
    this.#sink = undefined;
    this.#size = undefined;
  }

  #advance(): void {
    const stream = this.stream;
    if (!this.started || stream.writeInFlight) return;
    if (stream.state === "erroring") {
      stream.finishErroring();
      return;
    }
    if (this.#queue.length === 0) return;
    const chunk = this.#queue.peek();
    if (chunk === CLOSE) this.#processClose();
    else this.#processWrite(chunk);
  }

  #processClose(): void {
    const stream = this.stream;
    stream.startClose();
    this.#queue.shift();
    const sink = this.#sink;
    const closed = callSink(() => sink?.close?.());
    this.#clearAlgorithms();
    PromisePrototypeThen(closed, () => stream.finishClose(), (reason) => stream.failClose(reason));
  }

  #processWrite(chunk: unknown): void {
    this.stream.startWrite();
    const sink = this.#sink;
    let done: Promise<unknown>;
    try {
      done = whenDone(sink?.write?.(chunk, this));
    } catch (reason) {
      done = PromiseReject(reason);
    }
    this.#written ??= () => {
      const stream = this.stream;
      stream.finishWrite();
      this.#queue.shift();
      if (!stream.closeQueuedOrInFlight && stream.state === "writable") stream.updateBackpressure(this.#hasBackpressure);
      this.#advance();
    };
    this.#writeFailed ??= (reason) => {
      if (this.stream.state === "writable") this.#clearAlgorithms();
      this.stream.failWrite(reason);
    };
    PromisePrototypeThen(done, this.#written, this.#writeFailed);
  }
}

function callSink(call: () => Done): Promise<unknown> {
  try {
    return whenDone(call());
  } catch (reason) {
    return PromiseReject(reason);
  }
}

/** How user code's view of a controller is made: registered by writable-controller.ts. */
let createObject: (state: WritableControllerState) => object;
export function setWritableControllerFactory(factory: (state: WritableControllerState) => object): void {
  createObject = factory;
}
