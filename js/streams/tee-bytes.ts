// ReadableByteStreamTee: https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee
import { copyBytes } from "../core/bytes.ts";
import { PromisePrototypeThen, PromiseWithResolvers } from "../core/primordials.ts";
import { inMicrotask } from "./promises.ts";
import { ByteControllerState } from "./readable-byte-state.ts";
import {
  ByobReaderState,
  DefaultReaderState,
  ReadableState,
  type ReadIntoRequest,
  type ReaderState,
  type ReadRequest,
} from "./readable-state.ts";
import type { Source } from "./underlying.ts";

export function teeBytes(stream: ReadableState): { readonly first: ReadableState; readonly second: ReadableState } {
  return new ByteTee(stream);
}

class ByteTee implements ReadRequest {
  readonly first = new ReadableState();
  readonly second = new ReadableState();
  readonly #stream: ReadableState;
  readonly #cancelled = PromiseWithResolvers<unknown>();
  readonly #firstBranch: ByteBranch;
  readonly #secondBranch: ByteBranch;
  #reader: ReaderState;
  #reading = false;

  constructor(stream: ReadableState) {
    this.#stream = stream;
    this.#reader = new DefaultReaderState(stream);
    this.#firstBranch = new ByteBranch(this, this.first);
    this.#secondBranch = new ByteBranch(this, this.second);
    this.#forwardError(this.#reader);
  }

  #forwardError(reader: ReaderState): void {
    PromisePrototypeThen(reader.closed.promise, undefined, (reason) => {
      // A reader that was exchanged for one of the other kind rejects its promise as well.
      if (reader !== this.#reader) return;
      this.#firstBranch.controller.error(reason);
      this.#secondBranch.controller.error(reason);
      this.#settleCancel();
    });
  }

  #settleCancel(): void {
    if (!this.#firstBranch.cancelled || !this.#secondBranch.cancelled) this.#cancelled.resolve(undefined);
  }

  pull(branch: ByteBranch): void {
    if (this.#reading) {
      branch.readAgain = true;
      return;
    }
    this.#reading = true;
    const request = branch.controller.byobRequest;
    if (request === null) this.#pullWithDefaultReader();
    else this.#pullWithByobReader(request.view!, branch);
  }

  #pullWithDefaultReader(): void {
    let reader = this.#reader;
    if (reader instanceof ByobReaderState) {
      reader.release();
      reader = this.#reader = new DefaultReaderState(this.#stream);
      this.#forwardError(reader);
    }
    reader.read(this);
  }

  #pullWithByobReader(view: ArrayBufferView, branch: ByteBranch): void {
    let reader = this.#reader;
    if (reader instanceof DefaultReaderState) {
      reader.release();
      reader = this.#reader = new ByobReaderState(this.#stream);
      this.#forwardError(reader);
    }
    reader.read(view, 1, new ByobTeeRequest(this, branch, branch === this.#firstBranch ? this.#secondBranch : this.#firstBranch));
  }

  // The next read, if a branch asked for one meanwhile.
  readOn(): void {
    this.#reading = false;
    if (this.#firstBranch.readAgain) this.pull(this.#firstBranch);
    else if (this.#secondBranch.readAgain) this.pull(this.#secondBranch);
  }

  startDelivery(): void {
    this.#firstBranch.readAgain = false;
    this.#secondBranch.readAgain = false;
  }

  /** A copy could not be made: both branches fail and the stream is cancelled. */
  fail(reason: unknown): void {
    this.#firstBranch.controller.error(reason);
    this.#secondBranch.controller.error(reason);
    this.#cancelled.resolve(this.#stream.cancel(reason));
  }

  chunk(value: unknown): void {
    inMicrotask(() => {
      this.startDelivery();
      const first = value as Uint8Array<ArrayBuffer>;
      let second = first;
      if (!this.#firstBranch.cancelled && !this.#secondBranch.cancelled) {
        try {
          second = copyBytes(first);
        } catch (reason) {
          this.fail(reason);
          return;
        }
      }
      if (!this.#firstBranch.cancelled) this.#firstBranch.controller.enqueue(first);
      if (!this.#secondBranch.cancelled) this.#secondBranch.controller.enqueue(second);
      this.readOn();
    });
  }

  close(): void {
    this.#reading = false;
    const first = this.#firstBranch;
    const second = this.#secondBranch;
    if (!first.cancelled) first.controller.close();
    if (!second.cancelled) second.controller.close();
    if (first.controller.hasPendingPullIntos) first.controller.respond(0);
    if (second.controller.hasPendingPullIntos) second.controller.respond(0);
    this.#settleCancel();
  }

  error(): void {
    this.#reading = false;
  }

  /** The stream ended while a branch's own buffer was being filled. */
  closeByob(view: ArrayBufferView | undefined, own: ByteBranch, other: ByteBranch): void {
    this.#reading = false;
    if (!own.cancelled) own.controller.close();
    if (!other.cancelled) other.controller.close();
    if (view !== undefined) {
      if (!own.cancelled) own.controller.respondWithNewView(view);
      if (!other.cancelled && other.controller.hasPendingPullIntos) other.controller.respond(0);
    }
    this.#settleCancel();
  }

  cancelBranch(): Promise<unknown> {
    if (this.#firstBranch.cancelled && this.#secondBranch.cancelled) {
      this.#cancelled.resolve(this.#stream.cancel([this.#firstBranch.reason, this.#secondBranch.reason]));
    }
    return this.#cancelled.promise;
  }
}

class ByobTeeRequest implements ReadIntoRequest {
  readonly #tee: ByteTee;
  readonly #own: ByteBranch;
  readonly #other: ByteBranch;

  constructor(tee: ByteTee, own: ByteBranch, other: ByteBranch) {
    this.#tee = tee;
    this.#own = own;
    this.#other = other;
  }

  chunk(view: ArrayBufferView<ArrayBuffer>): void {
    inMicrotask(() => {
      const tee = this.#tee;
      tee.startDelivery();
      if (!this.#other.cancelled) {
        let copy: Uint8Array<ArrayBuffer>;
        try {
          copy = copyBytes(view);
        } catch (reason) {
          tee.fail(reason);
          return;
        }
        if (!this.#own.cancelled) this.#own.controller.respondWithNewView(view);
        this.#other.controller.enqueue(copy);
      } else if (!this.#own.cancelled) {
        this.#own.controller.respondWithNewView(view);
      }
      tee.readOn();
    });
  }

  close(view: ArrayBufferView | undefined): void {
    this.#tee.closeByob(view, this.#own, this.#other);
  }

  error(): void {
    this.#tee.error();
  }
}

class ByteBranch implements Source<ByteControllerState> {
  readonly controller: ByteControllerState;
  readonly #tee: ByteTee;
  cancelled = false;
  reason: unknown = undefined;
  readAgain = false;

  constructor(tee: ByteTee, stream: ReadableState) {
    this.#tee = tee;
    this.controller = new ByteControllerState(stream, this, 0);
    this.controller.start(undefined);
  }

  pull(): void {
    this.#tee.pull(this);
  }

  cancel(reason: unknown): Promise<unknown> {
    this.cancelled = true;
    this.reason = reason;
    return this.#tee.cancelBranch();
  }
}
