// What a service-worker-syntax worker that consumes other workers' traces is given; `TraceEvent` is its older name.
import { defineInterface } from "../core/define.ts";
import { trust } from "../events/index.ts";
import { ExtendableEvent, bindEvent } from "./service-worker-events.ts";

const token = { __proto__: null };
export let createTailEvent: (id: number, type: string, traces: readonly unknown[]) => TailEvent;

export class TailEvent extends ExtendableEvent {
  #traces: readonly unknown[] = [];

  constructor(given: unknown = undefined, type = "tail") {
    super(type);
    if (given !== token) throw new TypeError("Illegal constructor");
  }

  get events(): readonly unknown[] { return this.#traces; }
  get traces(): readonly unknown[] { return this.#traces; }

  static {
    createTailEvent = (id, type, traces) => {
      const event = trust(new TailEvent(token, type));
      bindEvent(event, id);
      event.#traces = traces;
      return event;
    };
  }
}
defineInterface("TailEvent", TailEvent);

export const TraceEvent = TailEvent;
