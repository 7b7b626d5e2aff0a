// Underlying sources: where a readable stream's chunks come from.
import { FunctionPrototypeCall } from "../core/primordials.ts";
import { toCallback, toUnsignedLongLong } from "../core/webidl.ts";
import { typeError } from "./errors.ts";
import { userResult, type Done } from "./promises.ts";

/**
 * A source as its controller sees it. User code's objects are wrapped in `UserSource`; the layer's own sources
 * implement this directly, without a closure per callback.
 */
export interface Source<C> {
  /** Absent when there is nothing to ask for: chunks come when they come. */
  readonly pull?: ((controller: C) => Done) | undefined;
  readonly cancel?: ((reason: unknown) => Done) | undefined;
  /** Called when a consumer has taken the last queued byte (byte streams only). */
  readonly drained?: () => void;
}

export class UserSource<C extends { readonly object: object }> implements Source<C> {
  readonly #object: unknown;
  readonly #pull: Function | undefined;
  readonly #cancel: Function | undefined;
  readonly pull: ((controller: C) => Done) | undefined;

  constructor(object: unknown, pull: Function | undefined, cancel: Function | undefined) {
    this.#object = object;
    this.#pull = pull;
    this.#cancel = cancel;
    this.pull = pull === undefined ? undefined : this.#callPull;
  }

  #callPull(controller: C): Done {
    return userResult(FunctionPrototypeCall(this.#pull!, this.#object, controller.object));
  }

  cancel(reason: unknown): Done {
    return this.#cancel === undefined ? undefined : userResult(FunctionPrototypeCall(this.#cancel, this.#object, reason));
  }
}

export interface UnderlyingSource {
  autoAllocateChunkSize: number | undefined;
  cancel: Function | undefined;
  pull: Function | undefined;
  start: Function | undefined;
  type: "bytes" | undefined;
}

/** Converts an UnderlyingSource, reading each member once and in WebIDL's order. */
export function toUnderlyingSource(value: object | undefined, what: string): UnderlyingSource {
  const bag = (value ?? { __proto__: null }) as Record<keyof UnderlyingSource, unknown>;
  const chunkSize = bag.autoAllocateChunkSize;
  const autoAllocateChunkSize = chunkSize === undefined
    ? undefined
    : toUnsignedLongLong(chunkSize, { enforceRange: true, what: `${what}: autoAllocateChunkSize` });
  const cancel = optionalCallback(bag.cancel, `${what}: cancel`);
  const pull = optionalCallback(bag.pull, `${what}: pull`);
  const start = optionalCallback(bag.start, `${what}: start`);
  const type = bag.type;
  if (type !== undefined && `${type as string}` !== "bytes") {
    throw typeError(`${what}: The provided value '${type as string}' is not a valid enum value of type ReadableStreamType.`);
  }
  return { autoAllocateChunkSize, cancel, pull, start, type: type === undefined ? undefined : "bytes" };
}

export function optionalCallback(value: unknown, what: string): Function | undefined {
  return value === undefined ? undefined : toCallback(value, what);
}
