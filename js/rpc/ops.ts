// What calls to other workers' entrypoints ask of the host.
import type { OutgoingBody, SubrequestAnswer } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /**
     * A request to an entrypoint in this process: `binding` leads to it, or, when that is empty, `entrypoint` names one of the worker's own,
     * which gets `props` (bytes of structured cloning, none for undefined). Otherwise as `subrequest`, which also aborts it. An answer
     * with the status 0 is the other worker's error: its text comes second.
     */
    service_fetch(
      binding: string,
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
  }
}

export {};
