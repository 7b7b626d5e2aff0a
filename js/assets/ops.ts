import type { OutgoingBody, SubrequestAnswer } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** A request to the version's own static assets. All as for `subrequest`, which also aborts it. */
    asset_fetch(
      token: number,
      method: string,
      url: string,
      headers: string[],
      kind: number,
      body: OutgoingBody,
      redirect: number,
      cf: null,
    ): Promise<SubrequestAnswer>;
  }
}
