// What an event's life asks of the host. Event ids (an inbound request is one) come from the host.
declare module "../core/ops.ts" {
  interface Ops {
    /** The handler failed; the value is what it threw. */
    request_failed(id: number, error: unknown): void;
    /** A scheduled event's handler is done. */
    event_done(id: number): void;
    /** `controller.noRetry()` was called. */
    event_no_retry(id: number): void;
    /** Send the request to the origin: now if nothing handles it, else should its handler fail. */
    pass_through(id: number): void;
  }
}

export {};
