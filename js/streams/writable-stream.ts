// https://streams.spec.whatwg.org/#ws-class
import { defineInterface } from "../core/define.ts";
import { FunctionPrototypeCall, PromiseReject } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { illegalInvocation, rangeError, typeError } from "./errors.ts";
import { markHandled, userResult, type Done } from "./promises.ts";
import { extractHighWaterMark, extractSize, toStrategy } from "./strategies.ts";
import { optionalCallback } from "./underlying.ts";
import "./writable-controller.ts";
import { WritableControllerState, WritableState, type Sink } from "./writable-state.ts";
import { createWriter, setWritableStateOf, type WritableStreamDefaultWriter } from "./writable-writer.ts";

class UserSink implements Sink {
  readonly #object: unknown;
  readonly #write: Function | undefined;
  readonly #close: Function | undefined;
  readonly #abort: Function | undefined;
  readonly write: Sink["write"];

  constructor(object: unknown, write: Function | undefined, close: Function | undefined, abort: Function | undefined) {
    this.#object = object;
    this.#write = write;
    this.#close = close;
    this.#abort = abort;
    this.write = write === undefined ? undefined : this.#callWrite;
  }

  #callWrite(chunk: unknown, controller: WritableControllerState): Done {
    return userResult(FunctionPrototypeCall(this.#write!, this.#object, chunk, controller.object));
  }

  close(): Done {
    return this.#close === undefined ? undefined : userResult(FunctionPrototypeCall(this.#close, this.#object));
  }

  abort(reason: unknown): Done {
    return this.#abort === undefined ? undefined : userResult(FunctionPrototypeCall(this.#abort, this.#object, reason));
  }
}

// A stream made by the layer adopts the state that was made for it.
let adopted: WritableState | undefined;

/** The slots of a WritableStream; undefined for anything else. */
export let writableStateOf: (value: unknown) => WritableState | undefined;

interface UnderlyingSink { abort?: unknown; close?: unknown; start?: unknown; type?: unknown; write?: unknown }

export class WritableStream {
  readonly #state: WritableState;

  static {
    writableStateOf = (value) => isObject(value) && #state in value ? value.#state : undefined;
    setWritableStateOf(writableStateOf);
  }

  constructor(underlyingSink: object | undefined = undefined, strategy: object = {}) {
    if (adopted !== undefined) {
      this.#state = adopted;
      adopted = undefined;
      return;
    }
    const what = "Failed to construct 'WritableStream'";
    if (underlyingSink !== undefined && !isObject(underlyingSink)) throw typeError(`${what}: The provided value is not of type 'object'.`);
    const queuing = toStrategy(strategy, what);
    const bag = (underlyingSink ?? { __proto__: null }) as UnderlyingSink;
    const abort = optionalCallback(bag.abort, `${what}: abort`);
    const close = optionalCallback(bag.close, `${what}: close`);
    const start = optionalCallback(bag.start, `${what}: start`);
    const type = bag.type;
    const write = optionalCallback(bag.write, `${what}: write`);
    if (type !== undefined) throw rangeError(`${what}: Invalid type is specified.`);
    const size = extractSize(queuing);
    const highWaterMark = extractHighWaterMark(queuing, 1);
    this.#state = new WritableState();
    const controller = new WritableControllerState(this.#state, new UserSink(underlyingSink, write, close, abort), highWaterMark, size);
    controller.start(start === undefined ? undefined : userResult(FunctionPrototypeCall(start, underlyingSink, controller.object)));
  }

  get locked(): boolean {
    if (!(#state in this)) throw illegalInvocation();
    return this.#state.locked;
  }

  abort(reason: unknown = undefined): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    if (this.#state.locked) return PromiseReject(typeError("This WritableStream is currently locked to a writer."));
    return this.#state.abort(reason);
  }

  close(): Promise<undefined> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(illegalInvocation());
    if (this.#state.locked) return PromiseReject(typeError("This WritableStream is currently locked to a writer."));
    if (this.#state.closeQueuedOrInFlight) return PromiseReject(typeError("This WritableStream is already closing."));
    return this.#state.close();
  }

  getWriter(): WritableStreamDefaultWriter {
    if (!(#state in this)) throw illegalInvocation();
    return createWriter(this.#state);
  }
}
defineInterface("WritableStream", WritableStream);

/** A WritableStream for a state that the layer has set up. */
export function wrapWritable(state: WritableState): WritableStream {
  adopted = state;
  return new WritableStream();
}

/** A stream into a sink of the layer, which is ready at once. */
export function createWritable(sink: Sink): WritableStream {
  const state = new WritableState();
  new WritableControllerState(state, sink, 1, undefined).startNow();
  return wrapWritable(state);
}

/** Closes a stream whoever holds its lock; nothing when it is ending already. */
export function closeWritable(stream: WritableStream): void {
  const state = writableStateOf(stream)!;
  if (state.state === "writable" && !state.closeQueuedOrInFlight) markHandled(state.close());
}

/** Makes a stream fail for its writer. */
export function errorWritable(stream: WritableStream, reason: unknown): void {
  const state = writableStateOf(stream)!;
  if (state.state === "writable") state.startErroring(reason);
}

export function isWritableStream(value: unknown): value is WritableStream {
  return writableStateOf(value) !== undefined;
}

/** Whether somebody holds the stream's lock. */
export function isWritableLocked(stream: WritableStream): boolean {
  return writableStateOf(stream)!.locked;
}
