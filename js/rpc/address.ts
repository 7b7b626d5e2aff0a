import "./ops.ts";

/** Which entrypoint a stub calls, as the host's ops take it. */
export interface ServiceAddress {
  /** The binding's name; empty for an entrypoint of the worker's own. */
  readonly binding: string;
  readonly entrypoint: string;
  readonly props: Uint8Array | undefined;
}
