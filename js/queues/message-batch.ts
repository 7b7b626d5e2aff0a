// https://developers.cloudflare.com/queues/configuration/javascript-apis/#messagebatch. What the handler says of messages goes to the
// host at once: it counts, whatever becomes of the handler.
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ObjectDefineProperty } from "../core/primordials.ts";
import { toDictionary, toLong } from "../core/webidl.ts";
import { deserialize } from "./content-type.ts";
import { metricsOf } from "./metrics.ts";
import { wholeBatch } from "./ops.ts";

export interface RetryOptions { delaySeconds?: number }

const internal = {};
const figures = 3;
const fieldsOfMessage = 5;

export class QueueMessage {
  #event: number;
  #place: number;

  constructor(given: unknown, event: number, place: number, fields: readonly unknown[], at: number) {
    if (given !== internal) throw new TypeError("Illegal constructor");
    this.#event = event;
    this.#place = place;
    define(this, "id", fields[at]);
    define(this, "timestamp", new Date(fields[at + 1] as number));
    define(this, "body", deserialize(fields[at + 4] as string | ArrayBuffer, fields[at + 3] as number));
    define(this, "attempts", fields[at + 2]);
  }

  retry(options: RetryOptions | undefined = undefined): void {
    ops.queue_retry(this.#event, this.#place, readDelay(options, "Failed to execute 'retry' on 'QueueMessage'"));
  }

  ack(): void {
    ops.queue_ack(this.#event, this.#place);
  }
}
defineInterface("QueueMessage", QueueMessage);

/** Gives what a handler is called with its messages. */
export function fillBatch(target: object, event: number, queue: string): void {
  const fields = ops.queue_batch(event);
  const messages: QueueMessage[] = [];
  for (let at = figures; at < fields.length; at += fieldsOfMessage) messages[messages.length] = new QueueMessage(internal, event, messages.length, fields, at);
  define(target, "messages", messages);
  define(target, "queue", queue);
  define(target, "metadata", { metrics: metricsOf([fields[0] as number, fields[1] as number, fields[2] as number]) });
}

export function ackAll(event: number): void {
  ops.queue_ack(event, wholeBatch);
}

export function retryAll(event: number, options: RetryOptions | undefined, what: string): void {
  ops.queue_retry(event, wholeBatch, readDelay(options, what));
}

// Properties of the object itself, as in workerd: they are there when it is logged, spread or written as JSON.
function define(target: object, name: string, value: unknown): void {
  ObjectDefineProperty(target, name, { __proto__: null, value, writable: false, enumerable: true, configurable: true } as PropertyDescriptor);
}

function readDelay(options: RetryOptions | undefined, what: string): number | undefined {
  const { delaySeconds } = toDictionary(options, what);
  return delaySeconds === undefined ? undefined : toLong(delaySeconds);
}
