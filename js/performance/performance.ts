// https://w3c.github.io/hr-time/#the-performance-interface. In Workers the time origin is the epoch, so that `now()` is
// `Date.now()`: a clock that stands still between I/O can't tell one isolate's start from another's.
import { clockNow } from "../core/clock.ts";
import { defineInterface } from "../core/define.ts";
import { lazy } from "../core/lazy.ts";
import { ArrayPrototypePush, ArrayPrototypeSort } from "../core/primordials.ts";
import { isObject, requireArguments, toCallback, toDictionary, toDOMString } from "../core/webidl.ts";
import { createDOMException, EventTarget } from "../events/index.ts";
import { createMeasure, entryName, entryStart, entryType, PerformanceMark, toTime, type PerformanceEntry, type PerformanceMarkOptions, type PerformanceMeasure } from "./entries.ts";

const token = { __proto__: null };
const rare = lazy(() => import("./rare.ts"));
const timeOrigin = 0;
/** Marks and measures kept: a worker that never clears them must not fill its memory with them. */
const maximumEntries = 10_000;

export interface PerformanceMeasureOptions { detail?: unknown; start?: string | number; duration?: number; end?: string | number }

let entryListener: ((entry: PerformanceEntry) => void) | undefined;

/** Has `listener` called with every new entry. */
export function listenToEntries(listener: (entry: PerformanceEntry) => void): void {
  entryListener = listener;
}

/** What the timeline holds of a type. */
export let timelineEntries: (type: string) => PerformanceEntry[];
/** How many entries of these types it had no room for. */
export let droppedEntries: (types: readonly string[]) => number;

/** Those of this name and type (undefined: of any), by their start. */
export function selectEntries(entries: readonly PerformanceEntry[], name: string | undefined, type: string | undefined): PerformanceEntry[] {
  const selected: PerformanceEntry[] = [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if ((name === undefined || entryName(entry) === name) && (type === undefined || entryType(entry) === type)) ArrayPrototypePush(selected, entry);
  }
  return ArrayPrototypeSort(selected, (a, b) => entryStart(a) - entryStart(b));
}

export class Performance extends EventTarget {
  #entries: PerformanceEntry[] = [];
  #droppedMarks = 0;
  #droppedMeasures = 0;

  constructor(key: unknown = undefined) {
    if (key !== token) throw new TypeError("Illegal constructor");
    super();
  }

  get timeOrigin(): number {
    this.#entries;
    return timeOrigin;
  }

  get eventCounts(): object {
    this.#entries;
    return rare().eventCounts;
  }

  get nodeTiming(): object {
    this.#entries;
    return rare().nodeTiming;
  }

  /** Node's: how busy the loop was, which is the host's and tells nothing. */
  eventLoopUtilization(): object {
    this.#entries;
    return { idle: 0, active: 0, utilization: 0 };
  }

  /** Node's: resource entries are not recorded. */
  markResourceTiming(): void { this.#entries; }

  /** Node's: "function" entries are not recorded, so the function needs no wrapper. */
  timerify(fn: unknown): Function {
    this.#entries;
    return toCallback(fn, "Failed to execute 'timerify' on 'Performance'");
  }

  now(): number {
    this.#entries;
    return clockNow() - timeOrigin;
  }

  mark(name: unknown, options: PerformanceMarkOptions | undefined = undefined): PerformanceMark {
    requireArguments(arguments.length, 1, "Failed to execute 'mark' on 'Performance'");
    const mark = new PerformanceMark(name, options);
    this.#add(mark);
    return mark;
  }

  measure(name: unknown, startOrOptions: unknown = undefined, endMark: unknown = undefined): PerformanceMeasure {
    const what = "Failed to execute 'measure' on 'Performance'";
    requireArguments(arguments.length, 1, what);
    const title = toDOMString(name);
    let start: string | number | undefined;
    let end: string | number | undefined;
    let duration: number | undefined;
    let detail: unknown;
    if (isObject(startOrOptions)) {
      const given = toDictionary<PerformanceMeasureOptions>(startOrOptions, what);
      detail = given.detail;
      duration = given.duration === undefined ? undefined : toTime(given.duration, what);
      end = toMark(given.end, what);
      start = toMark(given.start, what);
      if (start !== undefined || end !== undefined || duration !== undefined || detail !== undefined) {
        if (endMark !== undefined) throw new TypeError(`${what}: If a non-empty PerformanceMeasureOptions object was passed, |end_mark| must not be passed.`);
        if (start === undefined && end === undefined) throw new TypeError(`${what}: At least one of 'start' or 'end' must be given.`);
        if (start !== undefined && end !== undefined && duration !== undefined) {
          throw new TypeError(`${what}: 'start', 'duration' and 'end' must not all be given.`);
        }
      }
    } else if (startOrOptions !== undefined && startOrOptions !== null) {
      start = toDOMString(startOrOptions);
    }
    if (endMark !== undefined) end = toDOMString(endMark);
    const endTime = end !== undefined ? this.#timeOf(end, what)
      : start !== undefined && duration !== undefined ? this.#timeOf(start, what) + duration
      : clockNow() - timeOrigin;
    const startTime = start !== undefined ? this.#timeOf(start, what)
      : duration !== undefined && end !== undefined ? endTime - duration
      : 0;
    const measure = createMeasure(title, startTime, endTime, detail);
    this.#add(measure);
    return measure;
  }

  clearMarks(name: unknown = undefined): void { this.#clear("mark", name); }
  clearMeasures(name: unknown = undefined): void { this.#clear("measure", name); }
  clearResourceTimings(): void { this.#entries; }
  setResourceTimingBufferSize(size: unknown): void {
    this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'setResourceTimingBufferSize' on 'Performance'");
    void size;
  }

  getEntries(): PerformanceEntry[] { return this.#select(undefined, undefined); }

  getEntriesByType(type: unknown): PerformanceEntry[] {
    requireArguments(arguments.length, 1, "Failed to execute 'getEntriesByType' on 'Performance'");
    return this.#select(undefined, toDOMString(type));
  }

  getEntriesByName(name: unknown, type: unknown = undefined): PerformanceEntry[] {
    requireArguments(arguments.length, 1, "Failed to execute 'getEntriesByName' on 'Performance'");
    return this.#select(toDOMString(name), type === undefined ? undefined : toDOMString(type));
  }

  toJSON(): object {
    this.#entries;
    return { timeOrigin };
  }

  #add(entry: PerformanceEntry): void {
    if (this.#entries.length < maximumEntries) ArrayPrototypePush(this.#entries, entry);
    else if (entryType(entry) === "mark") this.#droppedMarks++;
    else this.#droppedMeasures++;
    entryListener?.(entry);
  }

  #select(name: string | undefined, type: string | undefined): PerformanceEntry[] {
    return selectEntries(this.#entries, name, type);
  }

  #clear(type: string, name: unknown): void {
    const title = name === undefined ? undefined : toDOMString(name);
    const kept: PerformanceEntry[] = [];
    const entries = this.#entries;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      if (entryType(entry) !== type || (title !== undefined && entryName(entry) !== title)) ArrayPrototypePush(kept, entry);
    }
    this.#entries = kept;
  }

  // "Convert a mark to a timestamp": the latest mark of that name.
  #timeOf(mark: string | number, what: string): number {
    if (typeof mark === "number") {
      if (mark < 0) throw new TypeError(`${what}: '${mark}' cannot be a negative time stamp.`);
      return mark;
    }
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      if (entryType(entry) === "mark" && entryName(entry) === mark) return entryStart(entry);
    }
    throw createDOMException("SyntaxError", `${what}: The mark '${mark}' does not exist.`);
  }

  static {
    timelineEntries = (type) => performance.#select(undefined, type);
    droppedEntries = (types) => {
      let count = 0;
      for (let i = 0; i < types.length; i++) count += types[i] === "mark" ? performance.#droppedMarks : performance.#droppedMeasures;
      return count;
    };
  }
}
defineInterface("Performance", Performance);

// A mark's name or a time.
function toMark(value: unknown, what: string): string | number | undefined {
  return value === undefined ? undefined : typeof value === "number" ? toTime(value, what) : toDOMString(value);
}

export const performance = new Performance(token);
