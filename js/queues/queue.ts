// https://developers.cloudflare.com/queues/configuration/javascript-apis/#queue
import { flagEnabled } from "../core/compatibility.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import { isObject, requireArguments, toDictionary, toLong, toSequence } from "../core/webidl.ts";
import { JSON_TYPE, readContentType, serialize, V8_TYPE } from "./content-type.ts";
import { metricsOf, type QueueMetrics } from "./metrics.ts";
import type { QueueFigures, SentBody } from "./ops.ts";

export interface SendOptions { contentType?: string; delaySeconds?: number }
export interface SendBatchOptions { delaySeconds?: number }
export interface SendRequest extends SendOptions { body?: unknown }
export interface SendResponse { metadata: { metrics: QueueMetrics } }

type Field = SentBody | number | undefined;

const key = {};
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export class WorkerQueue {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  metrics(): Promise<QueueMetrics> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      return PromisePrototypeThen(ops.queue_metrics(this.#place), metricsOf);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  send(body: unknown, options: SendOptions | undefined = undefined): Promise<SendResponse> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      requireArguments(arguments.length, 1, "Failed to execute 'send' on 'WorkerQueue'");
      const { contentType, delaySeconds } = toDictionary(options, "Failed to execute 'send' on 'WorkerQueue'");
      const fields: Field[] = [];
      append(fields, body, contentType, delaySeconds);
      return PromisePrototypeThen(ops.queue_send(this.#place, false, undefined, fields), response);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  sendBatch(messages: Iterable<SendRequest>, options: SendBatchOptions | undefined = undefined): Promise<SendResponse> {
    if (!isObject(this) || !(#place in this)) return illegalInvocation();
    try {
      const what = "Failed to execute 'sendBatch' on 'WorkerQueue'";
      requireArguments(arguments.length, 1, what);
      const { delaySeconds } = toDictionary(options, what);
      const requests = toSequence(messages, (item) => toDictionary(item as SendRequest, what), what);
      if (requests.length === 0) throw new TypeError("sendBatch() requires at least one message");
      const delay = seconds(delaySeconds);
      const fields: Field[] = [];
      for (let i = 0; i < requests.length; i++) {
        const { body, contentType, delaySeconds: own } = requests[i]!;
        append(fields, body, contentType, own);
      }
      return PromisePrototypeThen(ops.queue_send(this.#place, true, delay, fields), response);
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("WorkerQueue", WorkerQueue);

export function createQueue(place: number): WorkerQueue {
  return new WorkerQueue(key, place);
}

const seconds = (given: number | undefined): number | undefined => given === undefined ? undefined : toLong(given);
const response = (figures: QueueFigures): SendResponse => ({ metadata: { metrics: metricsOf(figures) } });

function append(fields: Field[], body: unknown, contentType: string | undefined, delay: number | undefined): void {
  if (body === undefined) throw new TypeError("Message body cannot be undefined");
  const type = contentType !== undefined ? readContentType(contentType) : flagEnabled("queues_json_messages") ? JSON_TYPE : V8_TYPE;
  const at = fields.length;
  fields[at] = serialize(body, type);
  fields[at + 1] = type;
  fields[at + 2] = seconds(delay);
}
