// The events of service-worker syntax.
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { requireArguments } from "../core/webidl.ts";
import { createDOMException, Event, trust } from "../events/index.ts";
import { type Request, isRequest } from "../fetch/index.ts";
import { waitUntil } from "./wait-until.ts";

const none = -1;
export let createScheduledEvent: (id: number, scheduledTime: number, cron: string) => ScheduledEvent;
export let hasResponded: (event: FetchEvent) => boolean;
export let givenResponse: (event: FetchEvent) => unknown;

/** Says which of the host's events it is. */
export let bindEvent: (event: ExtendableEvent, id: number) => void;
let idOf: (event: ExtendableEvent) => number;

export const eventIdOf = (event: ExtendableEvent): number => idOf(event);

export class ExtendableEvent extends Event {
  #id = none;

  waitUntil(promise: unknown): void {
    const id = this.#id;
    requireArguments(arguments.length, 1, "Failed to execute 'waitUntil' on 'ExtendableEvent'");
    if (id === none) throw createDOMException("InvalidStateError", "waitUntil() is for events that the runtime dispatches.");
    waitUntil(id, promise);
  }

  static {
    bindEvent = (event, id) => {
      event.#id = id;
    };
    idOf = (event) => event.#id;
  }
}
defineInterface("ExtendableEvent", ExtendableEvent);

export class FetchEvent extends ExtendableEvent {
  #request: Request;
  #responded = false;
  #response: unknown = undefined;

  constructor(type: string, init: { request: Request }) {
    super(type);
    const request: unknown = (init as { request?: unknown } | undefined)?.request;
    if (!isRequest(request)) throw new TypeError("Failed to construct 'FetchEvent': required member request is not of type 'Request'.");
    this.#request = request;
  }

  get request(): Request { return this.#request; }

  respondWith(response: unknown): void {
    requireArguments(arguments.length, 1, "Failed to execute 'respondWith' on 'FetchEvent'");
    if (this.#responded) throw createDOMException("InvalidStateError", "FetchEvent.respondWith() has already been called; it can only be called once.");
    this.#responded = true;
    this.#response = response;
    this.stopImmediatePropagation();
  }

  passThroughOnException(): void {
    ops.pass_through(idOf(this));
  }

  static {
    hasResponded = (event) => event.#responded;
    givenResponse = (event) => event.#response;
  }
}
defineInterface("FetchEvent", FetchEvent);

export class ScheduledEvent extends ExtendableEvent {
  #scheduledTime = 0;
  #cron = "";

  get scheduledTime(): number { return this.#scheduledTime; }
  get cron(): string { return this.#cron; }
  noRetry(): void {
    ops.event_no_retry(idOf(this));
  }

  static {
    createScheduledEvent = (id, scheduledTime, cron) => {
      const event = trust(new ScheduledEvent("scheduled"));
      bindEvent(event, id);
      event.#scheduledTime = scheduledTime;
      event.#cron = cron;
      return event;
    };
  }
}
defineInterface("ScheduledEvent", ScheduledEvent);

export function createFetchEvent(id: number, request: Request): FetchEvent {
  const event = trust(new FetchEvent("fetch", { request }));
  bindEvent(event, id);
  return event;
}
