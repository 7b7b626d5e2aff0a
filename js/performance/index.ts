import { defineGlobals } from "../core/define.ts";
import { defineLazyGlobals, lazy } from "../core/lazy.ts";
import { PerformanceEntry, PerformanceMark, PerformanceMeasure } from "./entries.ts";
import { Navigator, navigator } from "./navigator.ts";
import { PerformanceObserver, PerformanceObserverEntryList } from "./observer.ts";
import { Performance, performance } from "./performance.ts";

export { navigator, setBeaconSender } from "./navigator.ts";
export { performance } from "./performance.ts";

export function install(): void {
  defineGlobals({ Navigator, Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList });
  defineGlobals({ navigator, performance }, true);
  defineLazyGlobals(lazy(() => import("./rare.ts")), ["PerformanceResourceTiming"]);
}
