import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export function install(): void {
  defineLazyGlobals(lazy(() => import("./console.ts")), ["console"]);
}
