import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export const durableObjects = lazy(() => import("./index.ts"));

export function install(): void {
  defineLazyGlobals(durableObjects, ["WebSocketRequestResponsePair"]);
}
