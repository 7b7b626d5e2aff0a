import type { OutgoingBody, SubrequestAnswer } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** A request to the models, in the words of Cloudflare's own. All as for `subrequest`, which also aborts it. */
    ai_fetch(
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
