import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export const cloning = lazy(() => import("./index.ts"));

export function install(): void {
  defineLazyGlobals(cloning, ["structuredClone"], true);
}
