import { ops } from "../core/ops.ts";
import { PromiseReject, PromiseResolve, PromiseWithResolvers } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { Drain } from "./drain.ts";
import { seize, stateOf } from "./host.ts";
import type { DefaultReaderState } from "./readable-state.ts";
import type { ReadableStream } from "./readable-stream.ts";

class Pump extends Drain {
  readonly #sink: number;
  #done = false;
  #failed = false;
  #reason: unknown = undefined;
  #resolvers: PromiseWithResolvers<void> | undefined = undefined;

  constructor(reader: DefaultReaderState, sink: number) {
    super(reader);
    this.#sink = sink;
  }

  protected accept(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> | undefined {
    return ops.sink_write(this.#sink, bytes);
  }

  protected finish(): void {
    this.#done = true;
    ops.sink_close(this.#sink);
    this.#resolvers?.resolve(undefined);
  }

  protected fail(reason: unknown): void {
    this.#failed = true;
    this.#reason = reason;
    ops.sink_abort(this.#sink, describe(reason));
    this.#resolvers?.reject(reason);
  }

  /** Settled when the stream has been written to its end. A stream that was all there needs no waiting. */
  get promise(): Promise<void> {
    if (this.#done) return PromiseResolve(undefined);
    if (this.#failed) return PromiseReject(this.#reason);
    return (this.#resolvers ??= PromiseWithResolvers<void>()).promise;
  }
}

/** Writes a stream of bytes to a sink of the host, to its end. The sink is closed or aborted. */
export function pumpToHost(stream: ReadableStream, sinkId: number): Promise<void> {
  const pump = new Pump(seize(stateOf(stream)), sinkId);
  pump.run();
  return pump.promise;
}

// The reason is any value of user code's, and looking at it may throw.
function describe(reason: unknown): string {
  try {
    return isObject(reason) ? `${(reason as { message?: unknown }).message as string}` : `${reason as string}`;
  } catch {
    return "The stream failed.";
  }
}
