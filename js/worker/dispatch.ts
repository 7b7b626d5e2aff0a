// Events from the host to the worker's handlers, and the handlers' results back.
import "../core/async-context.ts";
import { defineInterface } from "../core/define.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { JSONParse, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { type Event, type EventTarget, dispatch } from "../events/index.ts";
import { type Request, type Response, isResponse, requestFromHost, respond } from "../fetch/index.ts";
import { rpc } from "../rpc/lazy.ts";
import { findEntrypoint, type HandlerName, isServiceWorker } from "./entrypoints.ts";
import { envWith } from "./environment.ts";
import { createFetchEvent, createScheduledEvent, givenResponse, hasResponded } from "./service-worker-events.ts";

/** An HTTP request for one of the worker's entrypoints. `props` are the caller's, who may add to `env`. */
export function dispatchFetch(
  id: number, entrypoint: string | undefined, props: string | Uint8Array | undefined = undefined, added: Uint8Array | undefined = undefined,
): void {
  ops.async_context_set(id);
  try {
    const request = requestFromHost(id);
    const result = isServiceWorker() ? dispatchFetchEvent(id, request) : findEntrypoint(entrypoint).call("fetch", id, request, props === undefined ? undefined : readProps(props), envWith(added));
    if (result !== passThrough) answerWith(id, result);
  } catch (error) {
    ops.request_failed(id, error);
  }
  ops.async_context_set(undefined);
}

/** Answers the request `id` with what its handler returned. */
export function answerWith(id: number, result: unknown): void {
  // A handler that is not async answers without any promise.
  if (isResponse(result)) answer(id, result);
  else PromisePrototypeThen(PromiseResolve(result), (response: unknown) => answerOrFail(id, response), (error: unknown) => ops.request_failed(id, error));
}

/** `ctx.props`: JSON of the configuration, or structured cloning's bytes. */
export function readProps(props: string | Uint8Array): unknown {
  return typeof props === "string" ? JSONParse(props) : rpc().readProps(props);
}

const passThrough = { __proto__: null };

function dispatchFetchEvent(id: number, request: Request): unknown {
  const event = createFetchEvent(id, request);
  let thrown: { error: unknown } | undefined;
  dispatch(globalThis as unknown as EventTarget, event, (error: unknown) => {
    thrown ??= { error };
  });
  if (hasResponded(event)) return givenResponse(event);
  if (thrown !== undefined) throw thrown.error;
  // Nobody wanted it.
  ops.pass_through(id);
  return passThrough;
}

function answerOrFail(id: number, response: unknown): void {
  try {
    if (!isResponse(response)) throw new TypeError(`Incorrect type for Promise: the Promise did not resolve to 'Response'. The fetch handler returned ${response === undefined ? 'undefined: is a "return" missing?' : `${response === null ? "null" : `a value of type ${typeof response}`}; return new Response(…).`}`);
    answer(id, response);
  } catch (error) {
    ops.request_failed(id, error);
  }
}

function answer(id: number, response: Response): void {
  const body = respond(id, response);
  // The sink has told the host how the body ended.
  if (body !== undefined) PromisePrototypeThen(body, undefined, ignore);
}

const ignore = (): void => {};

/** What a scheduled handler gets as its first argument. */
export class ScheduledController {
  #id: number;
  #scheduledTime: number;
  #cron: string;

  constructor(token: unknown, id: number, scheduledTime: number, cron: string) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#id = id;
    this.#scheduledTime = scheduledTime;
    this.#cron = cron;
  }

  get scheduledTime(): number { return this.#scheduledTime; }
  get cron(): string { return this.#cron; }
  get type(): string {
    return this.#cron === undefined ? "" : "scheduled";
  }
  noRetry(): void {
    ops.event_no_retry(this.#id);
  }
}
const internal = { __proto__: null };
defineInterface("ScheduledController", ScheduledController);

/** A cron trigger. */
export function dispatchScheduled(id: number, scheduledTime: number, cron: string, entrypoint: string | undefined): void {
  deliver(
    id, "scheduled", entrypoint,
    () => createScheduledEvent(id, scheduledTime, cron),
    () => new ScheduledController(internal, id, scheduledTime, cron),
  );
}

const queueEvents = lazy(() => import("./queue-events.ts"));

/** Messages of a queue. */
export function dispatchQueue(id: number, queue: string, entrypoint: string | undefined): void {
  deliver(
    id, "queue", entrypoint,
    () => queueEvents().createQueueEvent(id, queue),
    () => queueEvents().createQueueController(id, queue),
  );
}

const emailEvents = lazy(() => import("./email-events.ts"));

/** A message. */
export function dispatchEmail(id: number, from: string, to: string, size: number, entrypoint: string | undefined): void {
  deliver(
    id, "email", entrypoint,
    () => emailEvents().createEmailEvent(id, from, to, size),
    () => emailEvents().createForwardableMessage(id, from, to, size),
  );
}

/** Has an event handled that is over when its handler is: by listeners, or by an entrypoint. */
function deliver(id: number, name: HandlerName, entrypoint: string | undefined, createEvent: () => Event, createArgument: () => object): void {
  ops.async_context_set(id);
  try {
    let result: unknown;
    if (isServiceWorker()) {
      let thrown: { error: unknown } | undefined;
      dispatch(globalThis as unknown as EventTarget, createEvent(), (error: unknown) => {
        thrown ??= { error };
      });
      if (thrown !== undefined) throw thrown.error;
    } else {
      result = findEntrypoint(entrypoint).call(name, id, createArgument());
    }
    PromisePrototypeThen(PromiseResolve(result), () => ops.event_done(id), (error: unknown) => ops.request_failed(id, error));
  } catch (error) {
    ops.request_failed(id, error);
  }
  ops.async_context_set(undefined);
}
