// What an event's life asks of the host. Event ids (an inbound request is one) come from the host.
declare module "../core/ops.ts" {
  interface Ops {
    /** The handler failed; the value is what it threw. */
    request_failed(id: number, error: unknown): void;
    /** A scheduled event's handler is done. */
    event_done(id: number): void;
    /** `controller.noRetry()` was called. */
    event_no_retry(id: number): void;
    /** One more promise keeps the event alive. */
    wait_until_begin(id: number): void;
    /** It settled; a rejection with undefined is told as null. */
    wait_until_end(id: number, error: unknown): void;
    /** Send the request to the origin: now if nothing handles it, else should its handler fail. */
    pass_through(id: number): void;
  }
}

export {};
