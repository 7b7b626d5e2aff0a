// What a service-worker-syntax worker that consumes other workers' traces is given. Nothing dispatches it yet: the global is there
// for `instanceof`, as `TraceEvent`, its older name.
import { defineInterface } from "../core/define.ts";
import { ExtendableEvent } from "./service-worker-events.ts";

export class TailEvent extends ExtendableEvent {
  #traces: readonly unknown[] = [];

  constructor() {
    super("tail");
    throw new TypeError("Illegal constructor");
  }

  get events(): readonly unknown[] { return this.#traces; }
  get traces(): readonly unknown[] { return this.#traces; }
}
defineInterface("TailEvent", TailEvent);

export const TraceEvent = TailEvent;
