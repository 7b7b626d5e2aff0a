import { PromisePrototypeThen } from "../core/primordials.ts";
import { isBufferSource } from "../core/webidl.ts";
import { viewBytes } from "../core/bytes.ts";
import { typeError } from "./errors.ts";
import type { DefaultReaderState, ReadRequest } from "./readable-state.ts";

const none = Symbol("no chunk");

/**
 * Reads a stream of bytes to its end. One object answers every read, and chunks that are there already are taken in a
 * plain loop: neither a promise nor a closure per chunk.
 */
export abstract class Drain implements ReadRequest {
  readonly #reader: DefaultReaderState;
  readonly #resume = (): void => this.run();
  readonly #giveUp = (reason: unknown): void => this.#stop(reason);
  #inLoop = false;
  #arrived: unknown = none;

  constructor(reader: DefaultReaderState) {
    this.#reader = reader;
  }

  /** Takes a chunk, which is only borrowed. Reading goes on after the promise, if there is one. */
  protected abstract accept(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> | undefined;
  /** The stream has ended. */
  protected abstract finish(): void;
  /** The stream failed, or gave something that is not bytes, or `accept` failed. */
  protected abstract fail(reason: unknown): void;

  run(): void {
    for (;;) {
      this.#inLoop = true;
      this.#reader.read(this);
      this.#inLoop = false;
      if (this.#arrived === none || !this.#take()) return;
    }
  }

  // True when the next chunk can be read at once.
  #take(): boolean {
    const chunk = this.#arrived;
    this.#arrived = none;
    let pause: Promise<unknown> | undefined;
    try {
      if (!isBufferSource(chunk)) throw typeError("This ReadableStream did not return bytes.");
      pause = this.accept(viewBytes(chunk));
    } catch (reason) {
      this.#stop(reason);
      return false;
    }
    if (pause === undefined) return true;
    PromisePrototypeThen(pause, this.#resume, this.#giveUp);
    return false;
  }

  #stop(reason: unknown): void {
    PromisePrototypeThen(this.#reader.cancel(reason), undefined, () => {});
    this.fail(reason);
  }

  chunk(value: unknown): void {
    this.#arrived = value;
    if (!this.#inLoop && this.#take()) this.run();
  }

  close(): void {
    this.finish();
  }

  error(reason: unknown): void {
    this.fail(reason);
  }
}
