import type { SubrequestOp } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** A request to the models, in the words of Cloudflare's own. */
    ai_fetch: SubrequestOp;
  }
}
