// What queues ask of the host. A queue is the place of its binding among those of the version; a content type is its number in
// content-type.ts; times are milliseconds since 1970.
declare module "../core/ops.ts" {
  interface Ops {
    /** Sends messages, all or none: of each its body, its content type, and its delay in seconds or undefined. */
    queue_send(binding: number, isBatch: boolean, delay: number | undefined, messages: readonly (SentBody | number | undefined)[]): Promise<QueueFigures>;
    queue_metrics(binding: number): Promise<QueueFigures>;
    /** The figures of the queue, then of each message id, timestamp, attempts, content type and body: text or, for bytes, a buffer. */
    queue_batch(event: number): (number | string | ArrayBuffer)[];
    /** The message at that place of the batch is done; none: all that nothing is said of. */
    queue_ack(event: number, message: number): void;
    /** It is to be delivered again, after so many seconds or as the consumer's configuration says. */
    queue_retry(event: number, message: number, delay: number | undefined): void;
  }
}

export type SentBody = string | ArrayBuffer | ArrayBufferView;

/** Messages, their bytes, and when the oldest was sent, or 0. */
export type QueueFigures = readonly [count: number, bytes: number, oldest: number];

/** Stands for no message in particular. */
export const wholeBatch = -1;
