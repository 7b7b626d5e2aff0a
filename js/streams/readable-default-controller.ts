// https://streams.spec.whatwg.org/#rs-default-controller-class
import { defineInterface } from "../core/define.ts";
import { PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import { illegalConstructor, illegalInvocation, typeError } from "./errors.ts";
import { whenDone, type Done } from "./promises.ts";
import { SizedQueue } from "./queue.ts";
import { DefaultReaderState, ReadableState, type ReadableController, type ReadRequest } from "./readable-state.ts";
import { checkSize, type SizeAlgorithm } from "./strategies.ts";
import type { Source } from "./underlying.ts";

export class DefaultControllerState implements ReadableController {
  readonly bytes = false;
  readonly stream: ReadableState;
  readonly #queue = new SizedQueue();
  readonly #highWaterMark: number;
  #source: Source<DefaultControllerState> | undefined;
  #size: SizeAlgorithm | undefined;
  #started = false;
  #closeRequested = false;
  #pulling = false;
  #pullAgain = false;
  #object: ReadableStreamDefaultController | undefined = undefined;
  #pulled: (() => void) | undefined = undefined;
  #pullFailed: ((reason: unknown) => void) | undefined = undefined;

  constructor(stream: ReadableState, source: Source<DefaultControllerState>, highWaterMark: number, size: SizeAlgorithm | undefined) {
    this.stream = stream;
    this.#source = source;
    this.#highWaterMark = highWaterMark;
    this.#size = size;
    stream.controller = this;
  }

  /** The object that user code sees. */
  get object(): ReadableStreamDefaultController {
    return this.#object ??= createController(this);
  }

  /** The rest of SetUpReadableStreamDefaultController, once start() has returned. */
  start(result: Done): void {
    PromisePrototypeThen(whenDone(result), () => this.startNow(), (reason) => this.error(reason));
  }

  /** For sources of the layer that have nothing to start. */
  startNow(): void {
    this.#started = true;
    this.pullIfNeeded();
  }

  get canCloseOrEnqueue(): boolean {
    return !this.#closeRequested && this.stream.state === "readable";
  }

  get desiredSize(): number | null {
    const state = this.stream.state;
    return state === "readable" ? this.#highWaterMark - this.#queue.totalSize : state === "closed" ? 0 : null;
  }

  get hasBackpressure(): boolean {
    return !this.#shouldPull();
  }

  #shouldPull(): boolean {
    if (!this.canCloseOrEnqueue || !this.#started) return false;
    return this.stream.readRequestCount > 0 || this.#highWaterMark - this.#queue.totalSize > 0;
  }

  pullIfNeeded(): void {
    const source = this.#source;
    if (source === undefined || source.pull === undefined || !this.#shouldPull()) return;
    if (this.#pulling) {
      this.#pullAgain = true;
      return;
    }
    this.#pulling = true;
    let done: Promise<unknown>;
    try {
      done = whenDone(source.pull(this));
    } catch (reason) {
      done = PromiseReject(reason);
    }
    this.#pulled ??= () => {
      this.#pulling = false;
      if (!this.#pullAgain) return;
      this.#pullAgain = false;
      this.pullIfNeeded();
    };
    this.#pullFailed ??= (reason) => this.error(reason);
    PromisePrototypeThen(done, this.#pulled, this.#pullFailed);
  }

  enqueue(chunk: unknown): void {
    if (!this.canCloseOrEnqueue) return;
    if (this.stream.readRequestCount > 0) {
      this.stream.fulfillReadRequest(chunk, false);
    } else if (this.#size === undefined) {
      this.#queue.push(chunk, 1);
    } else {
      try {
        const size = this.#size(chunk);
        checkSize(size);
        this.#queue.push(chunk, size);
      } catch (reason) {
        this.error(reason);
        throw reason;
      }
    }
    this.pullIfNeeded();
  }

  close(): void {
    if (!this.canCloseOrEnqueue) return;
    this.#closeRequested = true;
    if (this.#queue.length === 0) {
      this.#clearAlgorithms();
      this.stream.close();
    }
  }

  error(reason: unknown): void {
    if (this.stream.state !== "readable") return;
    this.#queue.clear();
    this.#clearAlgorithms();
    this.stream.error(reason);
  }

  #clearAlgorithms(): void {
    this.#source = undefined;
    this.#size = undefined;
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  /** Takes the oldest chunk of a queue that has one. */
  takeQueued(): unknown {
    const chunk = this.#queue.shift();
    if (this.#closeRequested && this.#queue.length === 0) {
      this.#clearAlgorithms();
      this.stream.close();
    } else {
      this.pullIfNeeded();
    }
    return chunk;
  }

  pullSteps(request: ReadRequest): void {
    if (this.#queue.length > 0) {
      request.chunk(this.takeQueued());
    } else {
      (this.stream.reader as DefaultReaderState).requests.push(request);
      this.pullIfNeeded();
    }
  }

  cancelSteps(reason: unknown): Promise<unknown> {
    this.#queue.clear();
    const source = this.#source;
    let result: Promise<unknown>;
    try {
      result = whenDone(source?.cancel?.(reason));
    } catch (thrown) {
      result = PromiseReject(thrown);
    }
    this.#clearAlgorithms();
    return result;
  }

  releaseSteps(): void {}
}

let adopted: DefaultControllerState | undefined;

export class ReadableStreamDefaultController {
  readonly #state: DefaultControllerState;

  constructor() {
    if (adopted === undefined) throw illegalConstructor();
    this.#state = adopted;
    adopted = undefined;
  }

  get desiredSize(): number | null {
    if (!(#state in this)) throw illegalInvocation();
    return this.#state.desiredSize;
  }

  close(): void {
    if (!(#state in this)) throw illegalInvocation();
    if (!this.#state.canCloseOrEnqueue) throw typeError("Invalid state: the stream is closed, errored or about to close.");
    this.#state.close();
  }

  enqueue(chunk: unknown = undefined): void {
    if (!(#state in this)) throw illegalInvocation();
    if (!this.#state.canCloseOrEnqueue) throw typeError("Invalid state: the stream is closed, errored or about to close.");
    this.#state.enqueue(chunk);
  }

  error(e: unknown = undefined): void {
    if (!(#state in this)) throw illegalInvocation();
    this.#state.error(e);
  }
}
defineInterface("ReadableStreamDefaultController", ReadableStreamDefaultController);

function createController(state: DefaultControllerState): ReadableStreamDefaultController {
  adopted = state;
  return new ReadableStreamDefaultController();
}
