import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export const webSockets = lazy(() => import("./index.ts"));

export function install(): void {
  defineLazyGlobals(webSockets, ["WebSocket", "WebSocketPair"]);
}
