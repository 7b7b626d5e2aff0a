import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export function install(): void {
  const performance = lazy(() => import("./performance.ts"));
  const navigator = lazy(() => import("./navigator.ts"));
  defineLazyGlobals(performance, ["Performance"]);
  defineLazyGlobals(performance, ["performance"], true);
  defineLazyGlobals(lazy(() => import("./entries.ts")), ["PerformanceEntry", "PerformanceMark", "PerformanceMeasure"]);
  defineLazyGlobals(lazy(() => import("./observer.ts")), ["PerformanceObserver", "PerformanceObserverEntryList"]);
  defineLazyGlobals(lazy(() => import("./rare.ts")), ["PerformanceResourceTiming"]);
  defineLazyGlobals(navigator, ["Navigator"]);
  defineLazyGlobals(navigator, ["navigator"], true);
}
