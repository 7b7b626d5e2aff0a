import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export function install(): void {
  const cacheModule = lazy(() => import("./cache.ts"));
  defineLazyGlobals(cacheModule, ["Cache", "CacheStorage"]);
  defineLazyGlobals(cacheModule, ["caches"], true);
}
