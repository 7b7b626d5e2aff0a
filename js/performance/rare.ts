// What the timeline of a server has, and what it has no use for: no resource entries are recorded and nobody sends it input
// events. Node's members say what a loop that belongs to the host lets one know: nothing.
import { defineInterface } from "../core/define.ts";
import { MapPrototypeEntries, MapPrototypeForEach, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeHas, MapPrototypeKeys, MapPrototypeValues, ObjectDefineProperty, ObjectFreeze, SymbolIterator } from "../core/primordials.ts";
import { requireArguments, toCallback, toDOMString } from "../core/webidl.ts";
import { PerformanceEntry } from "./entries.ts";

const token = { __proto__: null };

/** https://w3c.github.io/event-timing/#eventcounts, of a scope without input events. */
export class EventCounts {
  #counts = new Map<string, number>();

  constructor(key: unknown = undefined) {
    if (key !== token) throw new TypeError("Illegal constructor");
  }

  get size(): number { return MapPrototypeGetSize(this.#counts); }
  get(type: unknown): number | undefined {
    requireArguments(arguments.length, 1, "Failed to execute 'get' on 'EventCounts'");
    return MapPrototypeGet(this.#counts, toDOMString(type));
  }
  has(type: unknown): boolean {
    requireArguments(arguments.length, 1, "Failed to execute 'has' on 'EventCounts'");
    return MapPrototypeHas(this.#counts, toDOMString(type));
  }
  entries(): MapIterator<[string, number]> { return MapPrototypeEntries(this.#counts); }
  keys(): MapIterator<string> { return MapPrototypeKeys(this.#counts); }
  values(): MapIterator<number> { return MapPrototypeValues(this.#counts); }
  forEach(callback: unknown): void {
    MapPrototypeForEach(this.#counts, toCallback(callback, "Failed to execute 'forEach' on 'EventCounts'") as () => void);
  }
}
defineInterface("EventCounts", EventCounts);
ObjectDefineProperty(EventCounts.prototype, SymbolIterator, { __proto__: null, value: EventCounts.prototype.entries, writable: true, configurable: true } as PropertyDescriptor);

export const eventCounts = new EventCounts(token);

const uvMetrics = ObjectFreeze({ loopCount: 0, events: 0, eventsWaiting: 0 });

/** https://nodejs.org/api/perf_hooks.html#class-performancenodetiming: all zero, as the time origin is. */
export class PerformanceNodeTiming {
  #brand = true;

  constructor(key: unknown = undefined) {
    if (key !== token) throw new TypeError("Illegal constructor");
  }

  get name(): string { this.#brand; return "node"; }
  get entryType(): string { this.#brand; return "node"; }
  get startTime(): number { this.#brand; return 0; }
  get duration(): number { this.#brand; return 0; }
  get nodeStart(): number { this.#brand; return 0; }
  get v8Start(): number { this.#brand; return 0; }
  get bootstrapComplete(): number { this.#brand; return 0; }
  get environment(): number { this.#brand; return 0; }
  get loopStart(): number { this.#brand; return 0; }
  get loopExit(): number { this.#brand; return 0; }
  get idleTime(): number { this.#brand; return 0; }
  get uvMetricsInfo(): object { this.#brand; return uvMetrics; }

  toJSON(): object {
    this.#brand;
    return {
      name: "node", entryType: "node", startTime: 0, duration: 0, nodeStart: 0, v8Start: 0, bootstrapComplete: 0, environment: 0, loopStart: 0,
      loopExit: 0, idleTime: 0, uvMetricsInfo: uvMetrics,
    };
  }
}
defineInterface("PerformanceNodeTiming", PerformanceNodeTiming);

export const nodeTiming = new PerformanceNodeTiming(token);

/** https://w3c.github.io/resource-timing/: for `instanceof`; there are no objects of it. */
export class PerformanceResourceTiming extends PerformanceEntry {
  #times = 0;

  constructor() {
    super();
  }

  get initiatorType(): string { this.#times; return ""; }
  get nextHopProtocol(): string { this.#times; return ""; }
  get workerStart(): number { return this.#times; }
  get redirectStart(): number { return this.#times; }
  get redirectEnd(): number { return this.#times; }
  get fetchStart(): number { return this.#times; }
  get domainLookupStart(): number { return this.#times; }
  get domainLookupEnd(): number { return this.#times; }
  get connectStart(): number { return this.#times; }
  get connectEnd(): number { return this.#times; }
  get secureConnectionStart(): number { return this.#times; }
  get requestStart(): number { return this.#times; }
  get responseStart(): number { return this.#times; }
  get responseEnd(): number { return this.#times; }
  get transferSize(): number { return this.#times; }
  get encodedBodySize(): number { return this.#times; }
  get decodedBodySize(): number { return this.#times; }
  get responseStatus(): number { return this.#times; }
}
defineInterface("PerformanceResourceTiming", PerformanceResourceTiming);
