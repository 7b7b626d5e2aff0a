import "./ops.ts";

/** Which entrypoint a stub calls, as the host's ops take it. */
export interface ServiceAddress {
  /** The binding's name, or the number of a target that the host keeps; empty for an entrypoint of the worker's own. */
  readonly binding: string | number;
  readonly entrypoint: string;
  readonly props: Uint8Array | undefined;
}
