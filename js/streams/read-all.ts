// Reading a whole stream. What the host holds is gathered there, and crosses once.
import { ops } from "../core/ops.ts";
import {
  PromiseReject,
  PromiseResolve,
  PromiseWithResolvers,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeSet,
} from "../core/primordials.ts";
import { utf8Decode } from "../encoding/index.ts";
import { Drain } from "./drain.ts";
import { rangeError, typeError } from "./errors.ts";
import { hostBodyOf, seize, stateOf, takeHostBody, takeMemory } from "./host.ts";
import { Queue } from "./queue.ts";
import type { DefaultReaderState, ReadableState } from "./readable-state.ts";
import type { ReadableStream } from "./readable-stream.ts";
import { OriginalUint8Array } from "./views.ts";

/** An isolate has 128 MB: what is longer cannot be gathered. */
const defaultLimit = 128 * 1024 * 1024;

class Gather<T> extends Drain {
  readonly #limit: number;
  readonly #overflow: () => Error;
  readonly #convert: (bytes: Uint8Array<ArrayBuffer>) => T;
  readonly #chunks = new Queue<Uint8Array<ArrayBuffer>>();
  readonly #resolvers = PromiseWithResolvers<T>();
  #length = 0;

  constructor(reader: DefaultReaderState, limit: number, overflow: () => Error, convert: (bytes: Uint8Array<ArrayBuffer>) => T) {
    super(reader);
    this.#limit = limit;
    this.#overflow = overflow;
    this.#convert = convert;
  }

  get promise(): Promise<T> {
    return this.#resolvers.promise;
  }

  protected accept(bytes: Uint8Array<ArrayBuffer>): undefined {
    this.#length += TypedArrayPrototypeGetByteLength(bytes);
    if (this.#length > this.#limit) throw this.#overflow();
    this.#chunks.push(bytes);
  }

  protected finish(): void {
    const result = new OriginalUint8Array(this.#length);
    let offset = 0;
    while (this.#chunks.length > 0) {
      const chunk = this.#chunks.shift();
      TypedArrayPrototypeSet(result, chunk, offset);
      offset += TypedArrayPrototypeGetByteLength(chunk);
    }
    this.#resolvers.resolve(this.#convert(result));
  }

  protected fail(reason: unknown): void {
    this.#chunks.clear();
    this.#resolvers.reject(reason);
  }
}

const notEnoughMemory = (): Error => rangeError("The stream has more bytes than fit into memory.");

/** All bytes of a stream that nobody has locked. It stays locked. One that JavaScript makes and that has more fails with `overflow`. */
export function readAllBytes(stream: ReadableStream, limit = defaultLimit, overflow = notEnoughMemory): Promise<Uint8Array<ArrayBuffer>> {
  const state = stateOf(stream);
  if (state.locked) return PromiseReject(typeError("This ReadableStream is currently locked to a reader."));
  const body = hostBodyOf(stream);
  if (body !== undefined) {
    takeHostBody(stream);
    return ops.body_read_all(body, limit);
  }
  return gather(state, limit, overflow, unchanged);
}

/** The same, decoded as UTF-8 (the byte order mark dropped, errors replaced). */
export function readAllText(stream: ReadableStream): Promise<string> {
  const body = hostBodyOf(stream);
  if (body !== undefined) {
    takeHostBody(stream);
    return ops.body_read_text(body);
  }
  const state = stateOf(stream);
  if (state.locked) return PromiseReject(typeError("This ReadableStream is currently locked to a reader."));
  // Decoded first, promised then: text has no `then` that worker code could have put on Object.prototype.
  return gather(state, defaultLimit, notEnoughMemory, utf8Decode);
}

const unchanged = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes;

function gather<T>(state: ReadableState, limit: number, overflow: () => Error, convert: (bytes: Uint8Array<ArrayBuffer>) => T): Promise<T> {
  const bytes = takeMemory(state);
  if (bytes !== undefined) return PromiseResolve(convert(bytes));
  const all = new Gather(seize(state), limit, overflow, convert);
  all.run();
  return all.promise;
}
