// ReadableStreamTee: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamtee
import { PromisePrototypeThen, PromiseWithResolvers } from "../core/primordials.ts";
import { teeBytes } from "./tee-bytes.ts";
import { inMicrotask } from "./promises.ts";
import { ByteControllerState } from "./readable-byte-state.ts";
import { DefaultControllerState } from "./readable-default-controller.ts";
import { DefaultReaderState, ReadableState, type ReadRequest } from "./readable-state.ts";
import type { Source } from "./underlying.ts";

export interface Branches {
  readonly first: ReadableState;
  readonly second: ReadableState;
}

/** `copy`: what the second branch gets of each chunk; by default the same. Chunks of a byte stream are always copied. */
export function tee(stream: ReadableState, copy?: (chunk: unknown) => unknown): Branches {
  const branches = stream.controller instanceof ByteControllerState ? teeBytes(stream) : new DefaultTee(stream, copy);
  const length = stream.body?.length ?? null;
  if (length !== null && !stream.disturbed) branches.first.body = branches.second.body = { length };
  return branches;
}

class DefaultTee implements ReadRequest, Branches {
  readonly first = new ReadableState();
  readonly second = new ReadableState();
  readonly #stream: ReadableState;
  readonly #reader: DefaultReaderState;
  readonly #cancelled = PromiseWithResolvers<unknown>();
  readonly #firstBranch: Branch;
  readonly #secondBranch: Branch;
  readonly #copy: ((chunk: unknown) => unknown) | undefined;
  #reading = false;
  #readAgain = false;

  constructor(stream: ReadableState, copy: ((chunk: unknown) => unknown) | undefined) {
    this.#copy = copy;
    this.#stream = stream;
    this.#reader = new DefaultReaderState(stream);
    this.#firstBranch = new Branch(this, this.first);
    this.#secondBranch = new Branch(this, this.second);
    PromisePrototypeThen(this.#reader.closed.promise, undefined, (reason) => {
      this.#firstBranch.controller.error(reason);
      this.#secondBranch.controller.error(reason);
      this.#settleCancel();
    });
  }

  // Nobody who cancelled one branch waits for ever: the end of the stream answers too.
  #settleCancel(): void {
    if (!this.#firstBranch.cancelled || !this.#secondBranch.cancelled) this.#cancelled.resolve(undefined);
  }

  pull(): void {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    this.#reader.read(this);
  }

  chunk(value: unknown): void {
    // A microtask's delay lets an error of the stream reach both branches before the chunk does.
    inMicrotask(() => {
      this.#readAgain = false;
      const copy = this.#copy;
      let second = value;
      if (copy !== undefined && !this.#secondBranch.cancelled) {
        try {
          second = copy(value);
        } catch (error) {
          this.#fail(error);
          return;
        }
      }
      if (!this.#firstBranch.cancelled) this.#firstBranch.controller.enqueue(value);
      if (!this.#secondBranch.cancelled) this.#secondBranch.controller.enqueue(second);
      this.#reading = false;
      if (this.#readAgain) this.pull();
    });
  }

  // A chunk that cannot be copied ends both branches.
  #fail(error: unknown): void {
    this.#firstBranch.controller.error(error);
    this.#secondBranch.controller.error(error);
    this.#cancelled.resolve(this.#stream.cancel(error));
  }

  close(): void {
    this.#reading = false;
    if (!this.#firstBranch.cancelled) this.#firstBranch.controller.close();
    if (!this.#secondBranch.cancelled) this.#secondBranch.controller.close();
    this.#settleCancel();
  }

  error(): void {
    this.#reading = false;
  }

  cancelBranch(): Promise<unknown> {
    if (this.#firstBranch.cancelled && this.#secondBranch.cancelled) {
      this.#cancelled.resolve(this.#stream.cancel([this.#firstBranch.reason, this.#secondBranch.reason]));
    }
    return this.#cancelled.promise;
  }
}

class Branch implements Source<DefaultControllerState> {
  readonly controller: DefaultControllerState;
  readonly #tee: DefaultTee;
  cancelled = false;
  reason: unknown = undefined;

  constructor(tee: DefaultTee, stream: ReadableState) {
    this.#tee = tee;
    this.controller = new DefaultControllerState(stream, this, 1, undefined);
    this.controller.start(undefined);
  }

  pull(): void {
    this.#tee.pull();
  }

  cancel(reason: unknown): Promise<unknown> {
    this.cancelled = true;
    this.reason = reason;
    return this.#tee.cancelBranch();
  }
}
