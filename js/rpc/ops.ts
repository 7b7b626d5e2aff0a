// What calls to other workers' entrypoints ask of the host.
import type { OutgoingBody, SubrequestAnswer } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /**
     * A request to an entrypoint in this process: `binding` leads to it (its name, or the number of a target that the host keeps), or,
     * when that is empty, `entrypoint` names one of the worker's own, which gets `props` (bytes of structured cloning, none for undefined). Otherwise as `subrequest`, which also aborts it. An answer
     * with the status 0 is the other worker's error: its text comes second.
     */
    service_fetch(
      binding: string | number,
      entrypoint: string,
      props: Uint8Array | undefined,
      token: number,
      method: string,
      url: string,
      headers: string[],
      kind: number,
      body: OutgoingBody,
      cf: string | null,
    ): Promise<SubrequestAnswer>;

    /** The number of a target: the entrypoint that is called as `service_fetch` calls it. */
    service_number(binding: string | number, entrypoint: string, props: Uint8Array | undefined): number;

    /**
     * A call of an entrypoint (as for `service_fetch`): of what `path` leads to, with the arguments in `bytes` (the array, serialised) or,
     * when that is undefined, its value. `token` is the caller's number for the call.
     */
    rpc_open(
      binding: string | number, entrypoint: string, props: Uint8Array | undefined, token: number, path: string[], bytes: Uint8Array | undefined, attachments: Uint8Array | undefined,
    ): Promise<RpcAnswer>;
    /** The same of the capability with the number `stub`. */
    rpc_call(stub: number, token: number, path: string[], bytes: Uint8Array | undefined, attachments: Uint8Array | undefined): Promise<RpcAnswer>;
    /** The same of the result of the call `parent`; undefined, and nothing was sent, when that result is there already. */
    rpc_call_result(parent: number, token: number, path: string[], bytes: Uint8Array | undefined, attachments: Uint8Array | undefined): Promise<RpcAnswer> | undefined;
    /** Answers a call of the event `id`. True: its result is still called, and must be kept until the last of those calls. */
    rpc_return(id: number, call: number, bytes: Uint8Array, attachments: Uint8Array | undefined): boolean | undefined;
    rpc_throw(id: number, call: number, bytes: Uint8Array, attachments: Uint8Array | undefined): boolean | undefined;
    /** The capability is not needed any more. */
    rpc_release(stub: number): void;
    /** One more number for the same capability. */
    rpc_duplicate(stub: number): number;
    /** A capability for something of this worker's own. */
    rpc_own(target: number): number;
    /** Has `rpcBroken` called when the capability breaks. */
    rpc_watch(stub: number): void;
    /** A body for JavaScript to read; who writes it is told by an attachment of the same number. */
    rpc_pipe(): number;
  }
}

/** How a call ended (0 returned, 1 threw, 2 failed), then the message and its attachments, or the failure's text. */
export type RpcAnswer = [number, Uint8Array | string, Uint8Array | undefined];
