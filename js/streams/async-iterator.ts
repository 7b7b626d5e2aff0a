// ReadableStream's asynchronous iteration: https://streams.spec.whatwg.org/#rs-asynciterator over the machinery of
// https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
import {
  ObjectDefineProperty,
  ObjectGetPrototypeOf,
  ObjectSetPrototypeOf,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
  PromiseWithResolvers,
  SymbolToStringTag,
} from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { typeError } from "./errors.ts";
import { DefaultReaderState, type ReadableState, type ReadRequest } from "./readable-state.ts";

type Result = IteratorResult<unknown, unknown>;

const end = Symbol("end of iteration");

class IterationRequest implements ReadRequest {
  readonly #reader: DefaultReaderState;
  readonly #resolvers = PromiseWithResolvers<unknown>();

  constructor(reader: DefaultReaderState) {
    this.#reader = reader;
  }

  get promise(): Promise<unknown> {
    return this.#resolvers.promise;
  }

  chunk(value: unknown): void {
    this.#resolvers.resolve(value);
  }

  close(): void {
    this.#reader.release();
    this.#resolvers.resolve(end);
  }

  error(reason: unknown): void {
    this.#reader.release();
    this.#resolvers.reject(reason);
  }
}

class IteratorState {
  readonly #reader: DefaultReaderState;
  readonly #preventCancel: boolean;
  #ongoing: Promise<Result> | undefined = undefined;
  #finished = false;

  constructor(stream: ReadableState, preventCancel: boolean) {
    this.#reader = new DefaultReaderState(stream);
    this.#preventCancel = preventCancel;
  }

  next(): Promise<Result> {
    return this.#ongoing = this.#chain(() => this.#nextSteps());
  }

  #nextSteps(): Promise<Result> {
    if (this.#finished) return PromiseResolve({ value: undefined, done: true });
    const request = new IterationRequest(this.#reader);
    this.#reader.read(request);
    return PromisePrototypeThen(
      request.promise,
      (value): Result => {
        this.#ongoing = undefined;
        if (value !== end) return { value, done: false };
        this.#finished = true;
        return { value: undefined, done: true };
      },
      (reason) => {
        this.#ongoing = undefined;
        this.#finished = true;
        throw reason;
      },
    );
  }

  return(value: unknown): Promise<Result> {
    return this.#ongoing = PromisePrototypeThen(this.#chain(() => this.#returnSteps(value)), (): Result => ({ value, done: true }));
  }

  #returnSteps(value: unknown): Promise<unknown> {
    if (this.#finished) return PromiseResolve(undefined);
    this.#finished = true;
    const reader = this.#reader;
    const cancelled = this.#preventCancel ? PromiseResolve(undefined) : reader.cancel(value);
    reader.release();
    return cancelled;
  }

  // Calls are answered one after the other; while none is under way the next starts at once.
  #chain<T>(steps: () => Promise<T>): Promise<T> {
    const ongoing = this.#ongoing;
    return ongoing === undefined ? steps() : PromisePrototypeThen(ongoing, steps, steps);
  }
}

// The class exists for its private slot; its prototype is dressed up below as WebIDL wants it.
class ReadableStreamAsyncIterator {
  readonly #state: IteratorState;

  constructor(state: IteratorState) {
    this.#state = state;
  }

  next(): Promise<Result> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(typeError("Illegal invocation"));
    return this.#state.next();
  }

  return(value: unknown): Promise<Result> {
    if (!isObject(this) || !(#state in this)) return PromiseReject(typeError("Illegal invocation"));
    return this.#state.return(value);
  }
}

const AsyncIteratorPrototype = ObjectGetPrototypeOf(ObjectGetPrototypeOf(async function* () {}).prototype);
const prototype = ReadableStreamAsyncIterator.prototype as { constructor?: unknown };
delete prototype.constructor;
ObjectSetPrototypeOf(prototype, AsyncIteratorPrototype);
ObjectDefineProperty(prototype, "next", { __proto__: null, enumerable: true } as PropertyDescriptor);
ObjectDefineProperty(prototype, "return", { __proto__: null, enumerable: true } as PropertyDescriptor);
ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: "ReadableStream AsyncIterator", configurable: true } as PropertyDescriptor);

export function createAsyncIterator(stream: ReadableState, preventCancel: boolean): AsyncIterator<unknown> {
  return new ReadableStreamAsyncIterator(new IteratorState(stream, preventCancel));
}
