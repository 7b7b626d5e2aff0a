// ReadableStreamFromIterable: https://streams.spec.whatwg.org/#readable-stream-from-iterable
import {
  FunctionPrototypeCall,
  PromisePrototypeThen,
  PromiseReject,
  PromiseResolve,
  SymbolAsyncIterator,
  SymbolIterator,
} from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { typeError } from "./errors.ts";
import { userResult, whenDone, type Done } from "./promises.ts";
import type { DefaultControllerState } from "./readable-default-controller.ts";
import type { Source } from "./underlying.ts";

interface AnyIterator { next?: unknown; return?: unknown }

// GetMethod: undefined for an absent one.
function method(value: unknown, name: PropertyKey): Function | undefined {
  const found = (value as Record<PropertyKey, unknown>)[name];
  if (found === undefined || found === null) return undefined;
  if (typeof found !== "function") throw typeError(`${typeof name === "symbol" ? "The iterator method" : name as string} is not a function.`);
  return found;
}

/** A source that takes its chunks from any iterable or asynchronous iterable. */
export class IterableSource implements Source<DefaultControllerState> {
  readonly #iterator: AnyIterator;
  readonly #next: unknown;
  readonly #async: boolean;

  constructor(iterable: unknown) {
    if (iterable === undefined || iterable === null) throw typeError("Failed to execute 'from' on 'ReadableStream': The value is not iterable.");
    let open = method(iterable, SymbolAsyncIterator);
    this.#async = open !== undefined;
    open ??= method(iterable, SymbolIterator);
    if (open === undefined) throw typeError("Failed to execute 'from' on 'ReadableStream': The value is not iterable.");
    const iterator = FunctionPrototypeCall(open, iterable) as AnyIterator;
    if (!isObject(iterator)) throw typeError("Failed to execute 'from' on 'ReadableStream': The iterator is not an object.");
    this.#iterator = iterator;
    this.#next = iterator.next;
  }

  pull(controller: DefaultControllerState): Done {
    const result = FunctionPrototypeCall(this.#next as Function, this.#iterator);
    if (!this.#async) return this.#pullSync(controller, result);
    return PromisePrototypeThen(whenDone(userResult(result)), (step) => {
      if (!isObject(step)) throw typeError("The iterator's next() result is not an object.");
      if ((step as IteratorResult<unknown>).done) controller.close();
      else controller.enqueue((step as IteratorResult<unknown>).value);
    });
  }

  // %AsyncFromSyncIteratorPrototype%.next: the value of a synchronous iterator may itself be a promise.
  #pullSync(controller: DefaultControllerState, step: unknown): Done {
    if (!isObject(step)) throw typeError("The iterator's next() result is not an object.");
    const done = !!(step as IteratorResult<unknown>).done;
    const value = (step as IteratorResult<unknown>).value;
    let pending: Promise<unknown>;
    try {
      pending = PromiseResolve(value);
    } catch (reason) {
      if (!done) this.#closeSync();
      throw reason;
    }
    return PromisePrototypeThen(
      pending,
      (chunk) => {
        if (done) controller.close();
        else controller.enqueue(chunk);
      },
      (reason) => {
        if (!done) this.#closeSync();
        throw reason;
      },
    );
  }

  // IteratorClose after a throw: what the iterator says to it does not matter.
  #closeSync(): void {
    try {
      const close = method(this.#iterator, "return");
      if (close !== undefined) FunctionPrototypeCall(close, this.#iterator);
    } catch {
      // The reason of the failed value wins.
    }
  }

  cancel(reason: unknown): Done {
    const close = method(this.#iterator, "return");
    if (close === undefined) return undefined;
    const result = FunctionPrototypeCall(close, this.#iterator, reason);
    if (!this.#async) {
      if (!isObject(result)) return PromiseReject(typeError("The iterator's return() result is not an object."));
      return PromisePrototypeThen(PromiseResolve((result as IteratorResult<unknown>).value), () => undefined);
    }
    return PromisePrototypeThen(whenDone(userResult(result)), (step) => {
      if (!isObject(step)) throw typeError("The iterator's return() result is not an object.");
    });
  }
}
