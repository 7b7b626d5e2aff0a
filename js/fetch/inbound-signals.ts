// The signals of inbound requests whose worker looked at `request.signal`.
import { ops } from "../core/ops.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../core/primordials.ts";
import { type AbortSignal, createAbortSignal, createDOMException, signalAbort } from "../events/index.ts";

const signals = new Map<number, AbortSignal>();

function disconnected(): unknown {
  return createDOMException("AbortError", "The client has disconnected");
}

export function inboundSignal(id: number): AbortSignal {
  const signal = createAbortSignal();
  if (ops.request_signal(id)) signalAbort(signal, disconnected());
  else MapPrototypeSet(signals, id, signal);
  return signal;
}

/** The client of an inbound request has gone. */
export function abortRequest(id: number): void {
  const signal = MapPrototypeGet(signals, id);
  if (signal === undefined) return;
  MapPrototypeDelete(signals, id);
  signalAbort(signal, disconnected());
}

/** An inbound request is over: nothing can abort it any more. */
export function requestEnded(id: number): void {
  MapPrototypeDelete(signals, id);
}
