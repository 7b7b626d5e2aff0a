import type { OutgoingBody, SubrequestAnswer } from "../fetch/index.ts";

// What the Cache API asks of the host. `cache` is the name of a cache, null for the default one.
declare module "../core/ops.ts" {
  interface Ops {
    /** What is kept for a request, as a subrequest would answer it. */
    cache_match(cache: string | null, url: string, headers: string[]): SubrequestAnswer | null;
    /** Settled when the body was read to its end, whether or not it is kept. */
    cache_put(
      cache: string | null,
      url: string,
      requestHeaders: string[],
      status: number,
      statusText: string,
      headers: string[],
      kind: number,
      body: OutgoingBody,
    ): Promise<void>;
    /** Whether there was anything. A promise when it has to wait for a Durable Object's writes. */
    cache_delete(cache: string | null, url: string): boolean | Promise<boolean>;
  }
}

export {};
