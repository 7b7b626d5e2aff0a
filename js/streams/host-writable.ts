// Writable streams whose other end is the host's.
import { ops } from "../core/ops.ts";
import { isBufferSource, isObject } from "../core/webidl.ts";
import { copyBytes } from "../core/bytes.ts";
import { typeError } from "./errors.ts";
import { readableFromHost, stateOf } from "./host.ts";
import { pipe } from "./pipe.ts";
import type { Done } from "./promises.ts";
import type { Sink } from "./writable-state.ts";
import { createWritable, writableStateOf, type WritableStream } from "./writable-stream.ts";

class HostSink implements Sink {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  write(chunk: unknown): Done {
    if (!isBufferSource(chunk)) throw typeError("This stream takes bytes: an ArrayBuffer or a view on one.");
    return ops.sink_write(this.#id, copyBytes(chunk));
  }

  close(): Done {
    ops.sink_close(this.#id);
  }

  abort(reason: unknown): Done {
    ops.sink_abort(this.#id, describe(reason));
  }
}

function describe(reason: unknown): string {
  try {
    return isObject(reason) ? `${(reason as { message?: unknown }).message as string}` : `${reason as string}`;
  } catch {
    return "The stream was aborted.";
  }
}

/** A stream of bytes into a sink of the host. */
export function writableToHost(sinkId: number): WritableStream {
  return createWritable(new HostSink(sinkId));
}

/** Writes a body that the host holds to a stream, to its end. */
export function pumpFromHost(bodyId: number, destination: WritableStream): Promise<undefined> {
  return pipe(stateOf(readableFromHost(bodyId, null)), writableStateOf(destination)!, { preventAbort: false, preventCancel: false, preventClose: false, signal: undefined });
}
