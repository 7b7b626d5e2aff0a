// A queue's batch, in either syntax of workers.
import { defineInterface } from "../core/define.ts";
import { ackAll, fillBatch, retryAll, type RetryOptions } from "../queues/message-batch.ts";
import { trust } from "../events/index.ts";
import { bindEvent, eventIdOf, ExtendableEvent } from "./service-worker-events.ts";

const internal = { __proto__: null };

/** The first argument of a `queue` handler. */
export class QueueController {
  #id: number;

  constructor(token: unknown, id: number, queue: string) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#id = id;
    fillBatch(this, id, queue);
  }

  retryAll(options: RetryOptions | undefined = undefined): void {
    retryAll(this.#id, options, "Failed to execute 'retryAll' on 'QueueController'");
  }

  ackAll(): void {
    ackAll(this.#id);
  }
}
defineInterface("QueueController", QueueController);

/** What a listener of `queue` is called with. */
export class QueueEvent extends ExtendableEvent {
  constructor(token: unknown) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    super("queue");
  }

  retryAll(options: RetryOptions | undefined = undefined): void {
    retryAll(eventIdOf(this), options, "Failed to execute 'retryAll' on 'QueueEvent'");
  }

  ackAll(): void {
    ackAll(eventIdOf(this));
  }
}
defineInterface("QueueEvent", QueueEvent);

export function createQueueController(id: number, queue: string): QueueController {
  return new QueueController(internal, id, queue);
}

export function createQueueEvent(id: number, queue: string): QueueEvent {
  const event = trust(new QueueEvent(internal));
  bindEvent(event, id);
  fillBatch(event, id, queue);
  return event;
}
