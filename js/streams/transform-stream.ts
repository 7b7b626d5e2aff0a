// https://streams.spec.whatwg.org/#ts-class and #ts-default-controller-class
import { defineInterface } from "../core/define.ts";
import { FunctionPrototypeCall, PromisePrototypeThen, PromiseWithResolvers } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { illegalConstructor, illegalInvocation, rangeError, typeError } from "./errors.ts";
import { userResult, type Done } from "./promises.ts";
import { wrapReadable, type ReadableStream } from "./readable-stream.ts";
import { extractHighWaterMark, extractSize, toStrategy } from "./strategies.ts";
import { TransformState, setTransformControllerFactory, type Transformer } from "./transform-state.ts";
import { optionalCallback } from "./underlying.ts";
import { wrapWritable, type WritableStream } from "./writable-stream.ts";

class UserTransformer implements Transformer {
  readonly #object: unknown;
  readonly #transform: Function | undefined;
  readonly #flush: Function | undefined;
  readonly #cancel: Function | undefined;

  constructor(object: unknown, transform: Function | undefined, flush: Function | undefined, cancel: Function | undefined) {
    this.#object = object;
    this.#transform = transform;
    this.#flush = flush;
    this.#cancel = cancel;
  }

  transform(chunk: unknown, controller: TransformState): Done {
    if (this.#transform !== undefined) return userResult(FunctionPrototypeCall(this.#transform, this.#object, chunk, controller.object));
    controller.enqueue(chunk);
    return undefined;
  }

  flush(controller: TransformState): Done {
    return this.#flush === undefined ? undefined : userResult(FunctionPrototypeCall(this.#flush, this.#object, controller.object));
  }

  cancel(reason: unknown): Done {
    return this.#cancel === undefined ? undefined : userResult(FunctionPrototypeCall(this.#cancel, this.#object, reason));
  }
}

interface TransformerBag { cancel?: unknown; flush?: unknown; readableType?: unknown; start?: unknown; transform?: unknown; writableType?: unknown }

export class TransformStream {
  readonly #readable: ReadableStream;
  readonly #writable: WritableStream;

  constructor(transformer: object | undefined = undefined, writableStrategy: object = {}, readableStrategy: object = {}) {
    if (adoptedSides !== undefined) {
      this.#readable = adoptedSides.readable;
      this.#writable = adoptedSides.writable;
      adoptedSides = undefined;
      return;
    }
    const what = "Failed to construct 'TransformStream'";
    if (transformer !== undefined && !isObject(transformer)) throw typeError(`${what}: The provided value is not of type 'object'.`);
    const writableQueuing = toStrategy(writableStrategy, what);
    const readableQueuing = toStrategy(readableStrategy, what);
    const bag = (transformer ?? { __proto__: null }) as TransformerBag;
    const cancel = optionalCallback(bag.cancel, `${what}: cancel`);
    const flush = optionalCallback(bag.flush, `${what}: flush`);
    const readableType = bag.readableType;
    const start = optionalCallback(bag.start, `${what}: start`);
    const transform = optionalCallback(bag.transform, `${what}: transform`);
    const writableType = bag.writableType;
    if (readableType !== undefined) throw rangeError(`${what}: Invalid readableType is specified.`);
    if (writableType !== undefined) throw rangeError(`${what}: Invalid writableType is specified.`);
    const readableHighWaterMark = extractHighWaterMark(readableQueuing, 0);
    const readableSize = extractSize(readableQueuing);
    const writableHighWaterMark = extractHighWaterMark(writableQueuing, 1);
    const writableSize = extractSize(writableQueuing);
    const user = new UserTransformer(transformer, transform, flush, cancel);
    const state = new TransformState(user, writableHighWaterMark, writableSize, readableHighWaterMark, readableSize);
    // Both sides wait for start(), and its callbacks may already use them. The standard passes a promise to where it is
    // resolved once more, which takes two further microtasks: they decide who is first, an abort or a cancel.
    const started = PromiseWithResolvers<unknown>();
    state.start(PromisePrototypeThen(PromisePrototypeThen(started.promise)));
    started.resolve(start === undefined ? undefined : FunctionPrototypeCall(start, transformer, state.object));
    this.#readable = wrapReadable(state.readable);
    this.#writable = wrapWritable(state.writable);
  }

  get readable(): ReadableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable(): WritableStream {
    if (!(#writable in this)) throw illegalInvocation();
    return this.#writable;
  }
}
defineInterface("TransformStream", TransformStream);

// Subclasses of the layer whose sides are made differently (IdentityTransformStream) hand them over here.
let adoptedSides: { readonly readable: ReadableStream; readonly writable: WritableStream } | undefined;

/** The next TransformStream to be constructed gets these sides. */
export function adoptSides(readable: ReadableStream, writable: WritableStream): void {
  adoptedSides = { readable, writable };
}

let adopted: TransformState | undefined;

export class TransformStreamDefaultController {
  readonly #state: TransformState;

  constructor() {
    if (adopted === undefined) throw illegalConstructor();
    this.#state = adopted;
    adopted = undefined;
  }

  get desiredSize(): number | null {
    if (!(#state in this)) throw illegalInvocation();
    return this.#state.desiredSize;
  }

  enqueue(chunk: unknown = undefined): void {
    if (!(#state in this)) throw illegalInvocation();
    this.#state.enqueue(chunk);
  }

  error(reason: unknown = undefined): void {
    if (!(#state in this)) throw illegalInvocation();
    this.#state.error(reason);
  }

  terminate(): void {
    if (!(#state in this)) throw illegalInvocation();
    this.#state.terminate();
  }
}
defineInterface("TransformStreamDefaultController", TransformStreamDefaultController);

setTransformControllerFactory((state) => {
  adopted = state;
  return new TransformStreamDefaultController();
});
