import { defineGlobals } from "../core/define.ts";
import { PerformanceEntry, PerformanceMark, PerformanceMeasure } from "./entries.ts";
import { Navigator, navigator } from "./navigator.ts";
import { PerformanceObserver, PerformanceObserverEntryList } from "./observer.ts";
import { Performance, performance } from "./performance.ts";

export { navigator } from "./navigator.ts";
export { performance } from "./performance.ts";

export function install(): void {
  defineGlobals({ Navigator, Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList });
  defineGlobals({ navigator, performance }, true);
}
