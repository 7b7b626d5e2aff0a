import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { requireArguments } from "../core/webidl.ts";
import { waitUntil } from "./wait-until.ts";

const internal = { __proto__: null };

/** The third argument of a handler. */
export class ExecutionContext {
  #id: number;
  #props: unknown = undefined;

  constructor(token: unknown, id: number) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#id = id;
  }

  waitUntil(promise: unknown): void {
    const id = this.#id;
    requireArguments(arguments.length, 1, "Failed to execute 'waitUntil' on 'ExecutionContext'");
    waitUntil(id, promise);
  }

  passThroughOnException(): void {
    ops.pass_through(this.#id);
  }

  get props(): unknown { return this.#props ?? (this.#props = {}); }
}
defineInterface("ExecutionContext", ExecutionContext);

export function createExecutionContext(id: number): ExecutionContext {
  return new ExecutionContext(internal, id);
}
