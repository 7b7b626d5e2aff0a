// The slots and abstract operations of ReadableByteStreamController
// (https://streams.spec.whatwg.org/#rbs-controller-abstract-ops).
import { MathMax, MathMin, PromisePrototypeThen, PromiseReject, TypedArrayPrototypeSet } from "../core/primordials.ts";
import { rangeError, typeError } from "./errors.ts";
import { whenDone, type Done } from "./promises.ts";
import { PullInto, type QueuedBytes } from "./pull-into.ts";
import { Queue } from "./queue.ts";
import {
  ByobReaderState,
  DefaultReaderState,
  ReadableState,
  type ByteReadableController,
  type ReadIntoRequest,
  type ReadRequest,
} from "./readable-state.ts";
import type { Source } from "./underlying.ts";
import {
  OriginalArrayBuffer,
  OriginalUint8Array,
  bufferByteLength,
  cloneBuffer,
  isDetached,
  transferBuffer,
  viewBuffer,
  viewByteLength,
  viewByteOffset,
  viewType,
} from "./views.ts";

/** The slots of ReadableStreamBYOBRequest. */
export class ByobRequestState {
  controller: ByteControllerState | undefined;
  view: Uint8Array<ArrayBuffer> | null;
  readonly atLeast: number;
  object: object | undefined = undefined;

  constructor(controller: ByteControllerState, view: Uint8Array<ArrayBuffer>, atLeast: number) {
    this.controller = controller;
    this.view = view;
    this.atLeast = atLeast;
  }
}

/** How user code's view of a controller is made: registered by readable-byte-controller.ts. */
let createObject: (state: ByteControllerState) => object;
export function setByteControllerFactory(factory: (state: ByteControllerState) => object): void {
  createObject = factory;
}

export class ByteControllerState implements ByteReadableController {
  readonly bytes = true;
  readonly stream: ReadableState;
  readonly #queue = new Queue<QueuedBytes>();
  readonly #highWaterMark: number;
  readonly #autoAllocateChunkSize: number | undefined;
  #queueTotalSize = 0;
  #source: Source<ByteControllerState> | undefined;
  #pendingPullIntos = new Queue<PullInto>();
  #byobRequest: ByobRequestState | undefined = undefined;
  #started = false;
  #closeRequested = false;
  #pulling = false;
  #pullAgain = false;
  #object: object | undefined = undefined;
  #pulled: (() => void) | undefined = undefined;
  #pullFailed: ((reason: unknown) => void) | undefined = undefined;

  constructor(stream: ReadableState, source: Source<ByteControllerState>, highWaterMark: number, autoAllocateChunkSize?: number) {
    this.stream = stream;
    this.#source = source;
    this.#highWaterMark = highWaterMark;
    this.#autoAllocateChunkSize = autoAllocateChunkSize;
    stream.controller = this;
  }

  get object(): object {
    return this.#object ??= createObject(this);
  }

  start(result: Done): void {
    PromisePrototypeThen(whenDone(result), () => this.startNow(), (reason) => this.error(reason));
  }

  startNow(): void {
    this.#started = true;
    this.pullIfNeeded();
  }

  get canCloseOrEnqueue(): boolean {
    return !this.#closeRequested && this.stream.state === "readable";
  }

  get closeRequested(): boolean {
    return this.#closeRequested;
  }

  get desiredSize(): number | null {
    const state = this.stream.state;
    return state === "readable" ? this.#highWaterMark - this.#queueTotalSize : state === "closed" ? 0 : null;
  }

  get queuedBytes(): number {
    return this.#queueTotalSize;
  }

  get hasPendingPullIntos(): boolean {
    return this.#pendingPullIntos.length > 0;
  }

  get hasBackpressure(): boolean {
    return !this.#shouldPull();
  }

  #shouldPull(): boolean {
    const stream = this.stream;
    if (stream.state !== "readable" || this.#closeRequested || !this.#started) return false;
    const reader = stream.reader;
    if (reader !== undefined && reader.requests.length > 0) return true;
    return this.#highWaterMark - this.#queueTotalSize > 0;
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

  cancelSteps(reason: unknown): Promise<unknown> {
    this.#clearPendingPullIntos();
    this.#resetQueue();
    const source = this.#source;
    let result: Promise<unknown>;
    try {
      result = whenDone(source?.cancel?.(reason));
    } catch (thrown) {
      result = PromiseReject(thrown);
    }
    this.#source = undefined;
    return result;
  }

  pullSteps(request: ReadRequest): void {
    if (this.#queueTotalSize > 0) {
      this.#fillReadRequestFromQueue(request);
      return;
    }
    const size = this.#autoAllocateChunkSize;
    if (size !== undefined) {
      let buffer: ArrayBuffer;
      try {
        buffer = new OriginalArrayBuffer(size);
      } catch (reason) {
        request.error(reason);
        return;
      }
      this.#pendingPullIntos.push(new PullInto(buffer, size, 0, size, 1, 1, OriginalUint8Array, "default"));
    }
    (this.stream.reader as DefaultReaderState).requests.push(request);
    this.pullIfNeeded();
  }

  releaseSteps(): void {
    if (this.#pendingPullIntos.length === 0) return;
    const first = this.#pendingPullIntos.peek();
    first.readerType = "none";
    this.#pendingPullIntos.clear();
    this.#pendingPullIntos.push(first);
  }

  #clearPendingPullIntos(): void {
    this.#invalidateByobRequest();
    this.#pendingPullIntos.clear();
  }

  #invalidateByobRequest(): void {
    const request = this.#byobRequest;
    if (request === undefined) return;
    request.controller = undefined;
    request.view = null;
    this.#byobRequest = undefined;
  }

  #resetQueue(): void {
    this.#queue.clear();
    this.#queueTotalSize = 0;
  }

  close(): void {
    if (!this.canCloseOrEnqueue) return;
    if (this.#queueTotalSize > 0) {
      this.#closeRequested = true;
      return;
    }
    if (this.#pendingPullIntos.length > 0) {
      const first = this.#pendingPullIntos.peek();
      if (first.bytesFilled % first.elementSize !== 0) {
        const reason = typeError("The stream was closed while a BYOB read had received a part of an element.");
        this.error(reason);
        throw reason;
      }
    }
    this.#source = undefined;
    this.stream.close();
  }

  error(reason: unknown): void {
    if (this.stream.state !== "readable") return;
    this.#clearPendingPullIntos();
    this.#resetQueue();
    this.#source = undefined;
    this.stream.error(reason);
  }

  /** ReadableByteStreamControllerEnqueue: takes the memory away from the caller. */
  enqueue(chunk: ArrayBufferView): void {
    if (!this.canCloseOrEnqueue) return;
    const buffer = viewBuffer(chunk);
    const byteOffset = viewByteOffset(chunk);
    const byteLength = viewByteLength(chunk);
    if (isDetached(buffer)) throw typeError("The chunk's buffer has been detached.");
    this.enqueueOwned(transferBuffer(buffer), byteOffset, byteLength);
  }

  /** The same for memory that nobody else holds. */
  enqueueOwned(buffer: ArrayBuffer, byteOffset: number, byteLength: number): void {
    if (this.#pendingPullIntos.length > 0) {
      const first = this.#pendingPullIntos.peek();
      if (isDetached(first.buffer)) throw typeError("The BYOB request's buffer has been detached and so cannot be filled with an enqueued chunk.");
      this.#invalidateByobRequest();
      first.buffer = transferBuffer(first.buffer);
      if (first.readerType === "none") this.#enqueueDetachedPullInto(first);
    }
    const reader = this.stream.reader;
    if (reader instanceof DefaultReaderState) {
      this.#processReadRequests(reader);
      if (reader.requests.length === 0) {
        this.#enqueueToQueue(buffer, byteOffset, byteLength);
      } else {
        if (this.#pendingPullIntos.length > 0) this.#pendingPullIntos.shift();
        this.stream.fulfillReadRequest(new OriginalUint8Array(buffer, byteOffset, byteLength), false);
      }
    } else {
      this.#enqueueToQueue(buffer, byteOffset, byteLength);
      if (reader instanceof ByobReaderState) this.#commitAll(this.#processPullIntos());
    }
    this.pullIfNeeded();
  }

  #enqueueToQueue(buffer: ArrayBuffer, byteOffset: number, byteLength: number): void {
    this.#queue.push({ buffer, byteOffset, byteLength });
    this.#queueTotalSize += byteLength;
  }

  #enqueueClone(buffer: ArrayBuffer, byteOffset: number, byteLength: number): void {
    let clone: ArrayBuffer;
    try {
      clone = cloneBuffer(buffer, byteOffset, byteLength);
    } catch (reason) {
      this.error(reason);
      throw reason;
    }
    this.#enqueueToQueue(clone, 0, byteLength);
  }

  // The reader of this descriptor is gone: what it had received already becomes the head of the queue.
  #enqueueDetachedPullInto(descriptor: PullInto): void {
    if (descriptor.bytesFilled > 0) this.#enqueueClone(descriptor.buffer, descriptor.byteOffset, descriptor.bytesFilled);
    this.#pendingPullIntos.shift();
  }

  #fillReadRequestFromQueue(request: ReadRequest): void {
    const entry = this.#queue.shift();
    this.#queueTotalSize -= entry.byteLength;
    const source = this.#source;
    this.#handleQueueDrain();
    request.chunk(new OriginalUint8Array(entry.buffer, entry.byteOffset, entry.byteLength));
    if (this.#queueTotalSize === 0) source?.drained?.();
  }

  #handleQueueDrain(): void {
    if (this.#queueTotalSize === 0 && this.#closeRequested) {
      this.#source = undefined;
      this.stream.close();
    } else {
      this.pullIfNeeded();
    }
  }

  #processReadRequests(reader: DefaultReaderState): void {
    while (reader.requests.length > 0 && this.#queueTotalSize > 0) this.#fillReadRequestFromQueue(reader.requests.shift());
  }

  #processPullIntos(): Queue<PullInto> {
    const filled = new Queue<PullInto>();
    while (this.#pendingPullIntos.length > 0 && this.#queueTotalSize > 0) {
      const descriptor = this.#pendingPullIntos.peek();
      if (this.#fillFromQueue(descriptor)) {
        this.#pendingPullIntos.shift();
        filled.push(descriptor);
      }
    }
    return filled;
  }

  #commitAll(descriptors: Queue<PullInto>): void {
    while (descriptors.length > 0) this.#commit(descriptors.shift());
  }

  #commit(descriptor: PullInto): void {
    const done = this.stream.state === "closed";
    const view = filledView(descriptor);
    if (descriptor.readerType === "default") this.stream.fulfillReadRequest(view, done);
    else this.stream.fulfillReadIntoRequest(view, done);
  }

  // FillPullIntoDescriptorFromQueue. True when the read can be answered.
  #fillFromQueue(descriptor: PullInto): boolean {
    const maxToCopy = MathMin(this.#queueTotalSize, descriptor.byteLength - descriptor.bytesFilled);
    const maxFilled = descriptor.bytesFilled + maxToCopy;
    const maxAligned = maxFilled - maxFilled % descriptor.elementSize;
    const ready = maxAligned >= descriptor.minimumFill;
    let remaining = ready ? maxAligned - descriptor.bytesFilled : maxToCopy;
    while (remaining > 0) {
      const head = this.#queue.peek();
      const count = MathMin(remaining, head.byteLength);
      const target = new OriginalUint8Array(descriptor.buffer, descriptor.byteOffset + descriptor.bytesFilled, count);
      TypedArrayPrototypeSet(target, new OriginalUint8Array(head.buffer, head.byteOffset, count));
      if (head.byteLength === count) {
        this.#queue.shift();
      } else {
        head.byteOffset += count;
        head.byteLength -= count;
      }
      this.#queueTotalSize -= count;
      descriptor.bytesFilled += count;
      remaining -= count;
    }
    if (this.#queueTotalSize === 0) this.#source?.drained?.();
    return ready;
  }

  pullInto(view: ArrayBufferView, min: number, request: ReadIntoRequest): void {
    const stream = this.stream;
    const { elementSize, constructor } = viewType(view);
    const byteOffset = viewByteOffset(view);
    const byteLength = viewByteLength(view);
    let buffer: ArrayBuffer;
    try {
      buffer = transferBuffer(viewBuffer(view));
    } catch (reason) {
      request.error(reason);
      return;
    }
    let minimumFill = min * elementSize;
    if (request.acceptsLess === true && this.#closeRequested && minimumFill > this.#queueTotalSize) {
      minimumFill = MathMax(elementSize, this.#queueTotalSize - this.#queueTotalSize % elementSize);
    }
    const descriptor = new PullInto(buffer, bufferByteLength(buffer), byteOffset, byteLength, minimumFill, elementSize, constructor, "byob");
    const requests = (stream.reader as ByobReaderState).requests;
    if (this.#pendingPullIntos.length > 0) {
      this.#pendingPullIntos.push(descriptor);
      requests.push(request);
      return;
    }
    if (stream.state === "closed") {
      request.close(new constructor(buffer, byteOffset, 0));
      return;
    }
    if (this.#queueTotalSize > 0) {
      if (this.#fillFromQueue(descriptor)) {
        const filled = filledView(descriptor);
        this.#handleQueueDrain();
        request.chunk(filled);
        return;
      }
      if (this.#closeRequested) {
        const reason = typeError("The stream ended before the view could be filled as asked.");
        this.error(reason);
        request.error(reason);
        return;
      }
    }
    this.#pendingPullIntos.push(descriptor);
    requests.push(request);
    this.pullIfNeeded();
  }

  /** ReadableByteStreamControllerGetBYOBRequest. */
  get byobRequest(): ByobRequestState | null {
    if (this.#byobRequest === undefined) {
      if (this.#pendingPullIntos.length === 0) return null;
      const first = this.#pendingPullIntos.peek();
      const view = new OriginalUint8Array(first.buffer, first.byteOffset + first.bytesFilled, first.byteLength - first.bytesFilled);
      this.#byobRequest = new ByobRequestState(this, view, MathMax(first.minimumFill - first.bytesFilled, 1));
    }
    return this.#byobRequest;
  }

  respond(bytesWritten: number): void {
    const first = this.#pendingPullIntos.peek();
    if (this.stream.state === "closed") {
      if (bytesWritten !== 0) throw typeError("bytesWritten must be 0 when calling respond() on a closed stream.");
    } else {
      if (bytesWritten === 0) throw typeError("bytesWritten must be greater than 0 when calling respond() on a readable stream.");
      if (first.bytesFilled + bytesWritten > first.byteLength) throw rangeError("bytesWritten is out of range.");
    }
    first.buffer = transferBuffer(first.buffer);
    this.#respondInternal(bytesWritten);
  }

  respondWithNewView(view: ArrayBufferView): void {
    const first = this.#pendingPullIntos.peek();
    const byteLength = viewByteLength(view);
    if (this.stream.state === "closed") {
      if (byteLength !== 0) throw typeError("The view's length must be 0 when calling respondWithNewView() on a closed stream.");
    } else if (byteLength === 0) {
      throw typeError("The view's length must be greater than 0 when calling respondWithNewView() on a readable stream.");
    }
    const buffer = viewBuffer(view);
    if (first.byteOffset + first.bytesFilled !== viewByteOffset(view)) throw rangeError("The region specified by view does not match byobRequest.");
    if (first.bufferByteLength !== bufferByteLength(buffer)) throw rangeError("The buffer of view has different capacity than byobRequest.");
    if (first.bytesFilled + byteLength > first.byteLength) throw rangeError("The region specified by view is larger than byobRequest.");
    first.buffer = transferBuffer(buffer);
    this.#respondInternal(byteLength);
  }

  #respondInternal(bytesWritten: number): void {
    const first = this.#pendingPullIntos.peek();
    this.#invalidateByobRequest();
    if (this.stream.state === "closed") this.#respondClosed(first);
    else this.#respondReadable(bytesWritten, first);
    this.pullIfNeeded();
  }

  #respondClosed(first: PullInto): void {
    if (first.readerType === "none") this.#pendingPullIntos.shift();
    const reader = this.stream.reader;
    if (!(reader instanceof ByobReaderState)) return;
    const filled = new Queue<PullInto>();
    while (filled.length < reader.requests.length) filled.push(this.#pendingPullIntos.shift());
    this.#commitAll(filled);
  }

  #respondReadable(bytesWritten: number, descriptor: PullInto): void {
    descriptor.bytesFilled += bytesWritten;
    if (descriptor.readerType === "none") {
      this.#enqueueDetachedPullInto(descriptor);
      this.#commitAll(this.#processPullIntos());
      return;
    }
    if (descriptor.bytesFilled < descriptor.minimumFill) return;
    this.#pendingPullIntos.shift();
    const remainder = descriptor.bytesFilled % descriptor.elementSize;
    if (remainder > 0) {
      this.#enqueueClone(descriptor.buffer, descriptor.byteOffset + descriptor.bytesFilled - remainder, remainder);
      descriptor.bytesFilled -= remainder;
    }
    const filled = this.#processPullIntos();
    this.#commit(descriptor);
    this.#commitAll(filled);
  }
}

function filledView(descriptor: PullInto): ArrayBufferView {
  const buffer = transferBuffer(descriptor.buffer);
  return new descriptor.viewConstructor(buffer, descriptor.byteOffset, descriptor.bytesFilled / descriptor.elementSize);
}
