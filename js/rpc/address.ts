import "./ops.ts";

/** Where a stub comes from, as far as that decides whether it can be handed on. */
export const Origin = { other: 0, loopback: 1, dynamic: 2, facet: 3 } as const;
export type Origin = (typeof Origin)[keyof typeof Origin];

/** Which entrypoint a stub calls, as the host's ops take it. */
export interface ServiceAddress {
  /** The binding's name, or the number of a target that the host keeps; empty for an entrypoint of the worker's own; for a Durable Object its namespace (durable-objects/ops.ts). */
  readonly binding: string | number;
  /** Of a Durable Object its id. */
  readonly entrypoint: string;
  /** Of a Durable Object the name that its id was made of, as UTF-8. */
  readonly props: Uint8Array | undefined;
  readonly origin: Origin;
}
