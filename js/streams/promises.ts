import { Promise as OriginalPromise, PromisePrototypeThen, PromiseReject, PromiseResolve, PromiseWithResolvers } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";

let settled: Promise<undefined> | undefined;

/** A promise that is already fulfilled with undefined. One per isolate: only for reactions, never handed to user code. */
export function settledPromise(): Promise<undefined> {
  return settled ??= PromiseResolve(undefined);
}

/**
 * What a callback of the layer's sources, sinks and transformers returns: nothing when it is done already, else a
 * native promise of the layer's own, which may be used as it is.
 */
export type Done = Promise<unknown> | undefined | void;

/**
 * "A promise resolved with" what a user's callback returned. An object goes through the full resolution (WebIDL's
 * conversion makes a new promise even of a native one: its timing is observable); a primitive needs none.
 */
export function userResult(value: unknown): Promise<unknown> | undefined {
  return isObject(value) ? new OriginalPromise((resolve) => resolve(value)) : undefined;
}

/** The promise to react to. */
export function whenDone(done: Done): Promise<unknown> {
  return (done as Promise<unknown> | undefined) ?? settledPromise();
}

function ignore(): void {}

/** Sets [[PromiseIsHandled]]: the rejection of such a promise is never reported as unhandled. */
export function markHandled(promise: Promise<unknown>): void {
  PromisePrototypeThen(promise, undefined, ignore);
}

/** Runs `reaction` in a microtask of its own. */
export function inMicrotask(reaction: () => void): void {
  PromisePrototypeThen(settledPromise(), reaction);
}

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

/**
 * A promise-valued attribute (`closed`, `ready`) whose promise is made when somebody looks at it. Readers and writers
 * that nobody asks then cost no promise. Rejections are marked as handled, as the standard does with all of them.
 */
export class LazyPromise {
  #state = PENDING;
  #reason: unknown = undefined;
  #promise: Promise<undefined> | undefined = undefined;
  #resolvers: PromiseWithResolvers<undefined> | undefined = undefined;

  get pending(): boolean {
    return this.#state === PENDING;
  }

  get promise(): Promise<undefined> {
    if (this.#promise !== undefined) return this.#promise;
    if (this.#state === PENDING) {
      this.#resolvers = PromiseWithResolvers<undefined>();
      this.#promise = this.#resolvers.promise;
    } else if (this.#state === FULFILLED) {
      this.#promise = PromiseResolve(undefined);
    } else {
      this.#promise = PromiseReject(this.#reason);
      markHandled(this.#promise);
    }
    return this.#promise;
  }

  /** Fulfils a pending promise. */
  resolve(): void {
    if (this.#state !== PENDING) return;
    this.#state = FULFILLED;
    this.#resolvers?.resolve(undefined);
    this.#resolvers = undefined;
  }

  /** Rejects a pending promise; a settled one is replaced by a rejected one. */
  reject(reason: unknown): void {
    if (this.#state === PENDING && this.#promise !== undefined) {
      this.#resolvers!.reject(reason);
      markHandled(this.#promise);
    } else {
      this.#promise = undefined;
    }
    this.#resolvers = undefined;
    this.#state = REJECTED;
    this.#reason = reason;
  }

  /** Replaces a settled promise by a pending one. */
  reset(): void {
    this.#state = PENDING;
    this.#promise = undefined;
    this.#resolvers = undefined;
  }
}
