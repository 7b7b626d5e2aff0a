import type { SubrequestOp } from "../fetch/index.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** A request to the version's own static assets. */
    asset_fetch: SubrequestOp;
  }
}
