// https://streams.spec.whatwg.org/#rbs-controller-class and #rs-byob-request-class
import { defineInterface } from "../core/define.ts";
import { requireArguments, toUnsignedLongLong } from "../core/webidl.ts";
import { illegalConstructor, illegalInvocation, typeError } from "./errors.ts";
import { ByobRequestState, ByteControllerState, setByteControllerFactory } from "./readable-byte-state.ts";
import { bufferByteLength, isDetached, toView, viewBuffer, viewByteLength } from "./views.ts";

let adoptedRequest: ByobRequestState | undefined;

export class ReadableStreamBYOBRequest {
  readonly #state: ByobRequestState;

  constructor() {
    if (adoptedRequest === undefined) throw illegalConstructor();
    this.#state = adoptedRequest;
    adoptedRequest = undefined;
  }

  get view(): Uint8Array<ArrayBuffer> | null {
    if (!(#state in this)) throw illegalInvocation();
    return this.#state.view;
  }

  /** Workers: how many bytes the read waits for; null for a request that is no longer the current one. */
  get atLeast(): number | null {
    if (!(#state in this)) throw illegalInvocation();
    return this.#state.controller === undefined ? null : this.#state.atLeast;
  }

  respond(bytesWritten: number): void {
    if (!(#state in this)) throw illegalInvocation();
    const what = "Failed to execute 'respond' on 'ReadableStreamBYOBRequest'";
    requireArguments(arguments.length, 1, what);
    const count = toUnsignedLongLong(bytesWritten, { enforceRange: true, what });
    const { controller, view } = this.#state;
    if (controller === undefined) throw typeError("This BYOB request has been invalidated.");
    if (isDetached(viewBuffer(view!))) throw typeError("The BYOB request's buffer has been detached and so cannot be used as a response.");
    controller.respond(count);
  }

  respondWithNewView(view: ArrayBufferView): void {
    if (!(#state in this)) throw illegalInvocation();
    const what = "Failed to execute 'respondWithNewView' on 'ReadableStreamBYOBRequest'";
    requireArguments(arguments.length, 1, what);
    const converted = toView(view, what);
    const controller = this.#state.controller;
    if (controller === undefined) throw typeError("This BYOB request has been invalidated.");
    if (isDetached(viewBuffer(converted))) throw typeError("The given view's buffer has been detached and so cannot be used as a response.");
    controller.respondWithNewView(converted);
  }
}
defineInterface("ReadableStreamBYOBRequest", ReadableStreamBYOBRequest);

function byobRequestObject(state: ByobRequestState): ReadableStreamBYOBRequest {
  if (state.object === undefined) {
    adoptedRequest = state;
    state.object = new ReadableStreamBYOBRequest();
  }
  return state.object as ReadableStreamBYOBRequest;
}

let adopted: ByteControllerState | undefined;

export class ReadableByteStreamController {
  readonly #state: ByteControllerState;

  constructor() {
    if (adopted === undefined) throw illegalConstructor();
    this.#state = adopted;
    adopted = undefined;
  }

  get byobRequest(): ReadableStreamBYOBRequest | null {
    if (!(#state in this)) throw illegalInvocation();
    const request = this.#state.byobRequest;
    return request === null ? null : byobRequestObject(request);
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

  enqueue(chunk: ArrayBufferView): void {
    if (!(#state in this)) throw illegalInvocation();
    const what = "Failed to execute 'enqueue' on 'ReadableByteStreamController'";
    requireArguments(arguments.length, 1, what);
    const view = toView(chunk, what);
    if (viewByteLength(view) === 0) throw typeError(`${what}: chunk is empty.`);
    if (bufferByteLength(viewBuffer(view)) === 0) throw typeError(`${what}: chunk's buffer is empty.`);
    if (!this.#state.canCloseOrEnqueue) throw typeError("Invalid state: the stream is closed, errored or about to close.");
    this.#state.enqueue(view);
  }

  error(e: unknown = undefined): void {
    if (!(#state in this)) throw illegalInvocation();
    this.#state.error(e);
  }
}
defineInterface("ReadableByteStreamController", ReadableByteStreamController);

setByteControllerFactory((state) => {
  adopted = state;
  return new ReadableByteStreamController();
});
