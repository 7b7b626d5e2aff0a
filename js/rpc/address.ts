import "./ops.ts";

/** Which entrypoint a stub calls, as the host's ops take it. */
export interface ServiceAddress {
  /** The binding's name; empty for an entrypoint of the worker's own; for a Durable Object its namespace (durable-objects/ops.ts). */
  readonly binding: string;
  /** Of a Durable Object its id. */
  readonly entrypoint: string;
  /** Of a Durable Object the name that its id was made of, as UTF-8. */
  readonly props: Uint8Array | undefined;
}
