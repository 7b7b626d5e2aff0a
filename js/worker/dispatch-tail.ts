// Traces of other Workers for this one's `tail` handler.
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { type EventTarget, dispatch } from "../events/index.ts";
import { readProps } from "./dispatch.ts";
import { findEntrypoint, isServiceWorker } from "./entrypoints.ts";
import { createTailEvent } from "./tail-event.ts";
import { traceItems } from "./trace-items.ts";

export function dispatchTail(id: number, json: string, name: string | undefined, props: string | Uint8Array | undefined): void {
  ops.async_context_set(id);
  try {
    const traces = traceItems(json);
    let result: unknown;
    if (isServiceWorker()) {
      let thrown: { error: unknown } | undefined;
      const keep = (error: unknown): void => {
        thrown ??= { error };
      };
      dispatch(globalThis as unknown as EventTarget, createTailEvent(id, "tail", traces), keep);
      // As the event was called before.
      dispatch(globalThis as unknown as EventTarget, createTailEvent(id, "trace", traces), keep);
      if (thrown !== undefined) throw thrown.error;
    } else {
      const entrypoint = findEntrypoint(name);
      const { handlers } = entrypoint;
      let handler: "tail" | "trace" = "tail";
      for (let i = 0; i < handlers.length; i++) if (handlers[i] === "tail") break; else if (handlers[i] === "trace") handler = "trace";
      result = entrypoint.call(handler, id, traces, props === undefined ? undefined : readProps(props));
    }
    PromisePrototypeThen(PromiseResolve(result), () => ops.event_done(id), (error: unknown) => ops.request_failed(id, error));
  } catch (error) {
    ops.request_failed(id, error);
  }
  ops.async_context_set(undefined);
}
