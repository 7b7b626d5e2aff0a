// ReadableStreamPipeTo: https://streams.spec.whatwg.org/#readable-stream-pipe-to
import { abortReason, addAbortAlgorithm, isAborted, isAbortSignal, removeAbortAlgorithm, type AbortSignal } from "../events/abort.ts";
import { PromisePrototypeThen, PromiseResolve, PromiseWithResolvers } from "../core/primordials.ts";
import { toDictionary } from "../core/webidl.ts";
import { typeError } from "./errors.ts";
import { inMicrotask, settledPromise } from "./promises.ts";
import { DefaultReaderState, type ReadableState, type ReadRequest } from "./readable-state.ts";
import { WriterState, type WritableState, type WriteRequest } from "./writable-state.ts";

export interface PipeOptions {
  preventAbort?: boolean;
  preventCancel?: boolean;
  preventClose?: boolean;
  signal?: AbortSignal;
}

interface ConvertedPipeOptions {
  readonly preventAbort: boolean;
  readonly preventCancel: boolean;
  readonly preventClose: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Converts StreamPipeOptions, reading each member once and in WebIDL's order. */
export function toPipeOptions(value: PipeOptions | undefined, what: string): ConvertedPipeOptions {
  const bag = toDictionary<PipeOptions>(value, what);
  const preventAbort = !!bag.preventAbort;
  const preventCancel = !!bag.preventCancel;
  const preventClose = !!bag.preventClose;
  const signal = bag.signal;
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw typeError(`${what}: Failed to read the 'signal' property from 'StreamPipeOptions': Failed to convert value to 'AbortSignal'.`);
  }
  return { preventAbort, preventCancel, preventClose, signal };
}

/** Both streams must be unlocked. */
export function pipe(source: ReadableState, destination: WritableState, options: ConvertedPipeOptions): Promise<undefined> {
  return new Pipe(source, destination, options).finished.promise;
}

const none = Symbol("no chunk");

/** One pipe. It is itself the request of all its reads and writes: chunks cost no object and no promise. */
class Pipe implements ReadRequest, WriteRequest {
  readonly finished = PromiseWithResolvers<undefined>();
  readonly #source: ReadableState;
  readonly #destination: WritableState;
  readonly #options: ConvertedPipeOptions;
  readonly #reader: DefaultReaderState;
  readonly #writer: WriterState;
  readonly #onAbort: (() => void) | undefined = undefined;
  readonly #run = (): void => this.#step();
  readonly #deliver = (): void => this.#writeArrived();
  #shuttingDown = false;
  /** A read is under way. */
  #reading = false;
  /** The read was started by the loop, which will look at the result. */
  #inLoop = false;
  #arrived: unknown = none;
  /** Chunks that have been read but not yet written. */
  #unwritten = 0;
  #whenWritten: (() => void) | undefined = undefined;

  constructor(source: ReadableState, destination: WritableState, options: ConvertedPipeOptions) {
    this.#source = source;
    this.#destination = destination;
    this.#options = options;
    this.#reader = new DefaultReaderState(source);
    this.#writer = new WriterState(destination);
    source.disturbed = true;
    const signal = options.signal;
    if (signal !== undefined) {
      this.#onAbort = () => this.#abort(abortReason(signal));
      if (isAborted(signal)) {
        this.#onAbort();
        return;
      }
      addAbortAlgorithm(signal, this.#onAbort);
    }
    this.#watch();
    inMicrotask(this.#run);
  }

  #abort(reason: unknown): void {
    const { preventAbort, preventCancel } = this.#options;
    this.#shutdownWith(() => {
      const aborted = !preventAbort && this.#destination.state === "writable" ? this.#destination.abort(reason) : PromiseResolve(undefined);
      const cancelled = !preventCancel && this.#source.state === "readable" ? this.#source.cancel(reason) : PromiseResolve(undefined);
      return both(aborted, cancelled);
    }, true, reason);
  }

  // Errors and closing propagate in the order of the standard's list, both of what is so already and of what comes.
  #watch(): void {
    const source = this.#source;
    const destination = this.#destination;
    if (source.state === "errored") this.#sourceErrored();
    else PromisePrototypeThen(this.#reader.closed.promise, undefined, () => this.#sourceErrored());

    if (destination.state === "errored") this.#destinationErrored();
    else PromisePrototypeThen(this.#writer.closed.promise, undefined, () => this.#destinationErrored());

    if (source.state === "closed") this.#sourceClosed();
    else PromisePrototypeThen(this.#reader.closed.promise, () => this.#sourceClosed(), ignore);

    if (destination.closeQueuedOrInFlight || destination.state === "closed") this.#destinationClosed();
  }

  #sourceErrored(): void {
    const reason = this.#source.storedError;
    if (this.#options.preventAbort) this.#shutdown(true, reason);
    else this.#shutdownWith(() => this.#destination.abort(reason), true, reason);
  }

  #destinationErrored(): void {
    const reason = this.#destination.storedError;
    if (this.#options.preventCancel) this.#shutdown(true, reason);
    else this.#shutdownWith(() => this.#source.cancel(reason), true, reason);
  }

  #sourceClosed(): void {
    if (this.#options.preventClose) this.#shutdown(false, undefined);
    else this.#shutdownWith(() => this.#writer.closeWithErrorPropagation(), false, undefined);
  }

  #destinationClosed(): void {
    const reason = typeError("The destination of the pipe is closing or closed.");
    if (this.#options.preventCancel) this.#shutdown(true, reason);
    else this.#shutdownWith(() => this.#source.cancel(reason), true, reason);
  }

  #step(): void {
    while (!this.#shuttingDown && !this.#reading) {
      if (this.#writer.ready.pending) {
        PromisePrototypeThen(this.#writer.ready.promise, this.#run, ignore);
        return;
      }
      // Errored or closing: the watchers end the pipe.
      const room = this.#writer.desiredSize;
      if (room === null || room <= 0) return;
      this.#reading = true;
      this.#inLoop = true;
      this.#reader.read(this);
      this.#inLoop = false;
      if (this.#arrived === none) return;
      this.#writeChunk();
    }
  }

  chunk(value: unknown): void {
    this.#unwritten++;
    this.#arrived = value;
    // Written in a microtask when it comes while user code is enqueuing it: enqueue() must not call write().
    if (!this.#inLoop) inMicrotask(this.#deliver);
  }

  close(): void {
    this.#reading = false;
  }

  error(): void {
    this.#reading = false;
  }

  #writeArrived(): void {
    this.#writeChunk();
    this.#step();
  }

  #writeChunk(): void {
    const value = this.#arrived;
    this.#arrived = none;
    this.#reading = false;
    // The pipe may have ended while the chunk waited for its microtask: a destination that failed wants nothing.
    if (this.#writer.stream !== undefined) this.#writer.write(value, this);
  }

  resolve(): void {
    this.#writeSettled();
  }

  reject(_reason?: unknown): void {
    this.#writeSettled();
  }

  #writeSettled(): void {
    if (--this.#unwritten === 0 && this.#whenWritten !== undefined) inMicrotask(this.#whenWritten);
  }

  #shutdownWith(action: () => Promise<undefined>, failed: boolean, reason: unknown): void {
    this.#afterWrites(() => {
      PromisePrototypeThen(action(), () => this.#finish(failed, reason), (newReason) => this.#finish(true, newReason));
    });
  }

  #shutdown(failed: boolean, reason: unknown): void {
    this.#afterWrites(() => this.#finish(failed, reason));
  }

  #afterWrites(rest: () => void): void {
    if (this.#shuttingDown) return;
    this.#shuttingDown = true;
    const destination = this.#destination;
    if (destination.state !== "writable" || destination.closeQueuedOrInFlight) {
      rest();
    } else if (this.#unwritten === 0) {
      PromisePrototypeThen(settledPromise(), rest);
    } else {
      this.#whenWritten = rest;
    }
  }

  #finish(failed: boolean, reason: unknown): void {
    this.#writer.release();
    this.#reader.release();
    if (this.#onAbort !== undefined) removeAbortAlgorithm(this.#options.signal!, this.#onAbort);
    if (failed) this.finished.reject(reason);
    else this.finished.resolve(undefined);
  }
}

function ignore(): void {}

function both(first: Promise<undefined>, second: Promise<undefined>): Promise<undefined> {
  const result = PromiseWithResolvers<undefined>();
  let left = 2;
  const settled = (): void => {
    if (--left === 0) result.resolve(undefined);
  };
  PromisePrototypeThen(first, settled, result.reject);
  PromisePrototypeThen(second, settled, result.reject);
  return result.promise;
}
