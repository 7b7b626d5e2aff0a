import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export function install(): void {
  defineLazyGlobals(lazy(() => import("./rewriter.ts")), ["HTMLRewriter"]);
}
