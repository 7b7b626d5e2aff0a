import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export const blobs = lazy(() => import("./index.ts"));

export function install(): void {
  defineLazyGlobals(blobs, ["Blob", "File", "FormData"]);
}
