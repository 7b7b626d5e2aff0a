import { defineInterface } from "../core/define.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { requireArguments } from "../core/webidl.ts";
import { waitUntil } from "./wait-until.ts";

const internal = { __proto__: null };
const loopback = lazy(() => import("./loopback.ts"));
const tracing = lazy(() => import("./tracing.ts"));

/** The third argument of a handler. */
export class ExecutionContext {
  #id: number;
  #props: unknown;

  constructor(token: unknown, id: number, props: unknown = undefined) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#id = id;
    this.#props = props;
  }

  waitUntil(promise: unknown): void {
    const id = this.#id;
    requireArguments(arguments.length, 1, "Failed to execute 'waitUntil' on 'ExecutionContext'");
    waitUntil(id, promise);
  }

  passThroughOnException(): void {
    ops.pass_through(this.#id);
  }

  /** Ends the event as if its handler had failed with `reason`, whatever it would have done next. */
  abort(reason: unknown = undefined): never {
    const id = this.#id;
    const error = reason === undefined ? new Error("The event was aborted by ctx.abort().") : reason;
    ops.request_failed(id, error);
    throw error;
  }

  /** What the caller of `ctx.exports` gave; empty for an event from outside. */
  get props(): unknown { return this.#props ?? (this.#props = {}); }
  /** The worker's own entrypoints, to be called. */
  get exports(): Record<string, object> {
    this.#id;
    return loopback().entrypointStubs();
  }
  get tracing(): object {
    this.#id;
    return tracing().tracing;
  }
}
defineInterface("ExecutionContext", ExecutionContext);

export function createExecutionContext(id: number, props: unknown = undefined): ExecutionContext {
  return new ExecutionContext(internal, id, props);
}
