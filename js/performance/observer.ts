// https://w3c.github.io/performance-timeline/#the-performanceobserver-interface
import { defineInterface } from "../core/define.ts";
import { startHostTimer } from "../core/host-timers.ts";
import { ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSlice, ArrayPrototypeSplice, FunctionPrototypeCall, ObjectFreeze } from "../core/primordials.ts";
import { requireArguments, toCallback, toDictionary, toDOMString, toSequence } from "../core/webidl.ts";
import { createDOMException, reportException } from "../events/index.ts";
import { entryType, type PerformanceEntry } from "./entries.ts";
import { droppedEntries, listenToEntries, selectEntries, timelineEntries } from "./performance.ts";

export interface PerformanceObserverInit { entryTypes?: Iterable<string>; type?: string; buffered?: boolean }

const token = { __proto__: null };
const supportedEntryTypes = ObjectFreeze(["mark", "measure"]);

export class PerformanceObserverEntryList {
  #entries: PerformanceEntry[];

  constructor(key: unknown = undefined, entries: PerformanceEntry[] = []) {
    if (key !== token) throw new TypeError("Illegal constructor");
    this.#entries = entries;
  }

  getEntries(): PerformanceEntry[] { return selectEntries(this.#entries, undefined, undefined); }

  getEntriesByType(type: unknown): PerformanceEntry[] {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'getEntriesByType' on 'PerformanceObserverEntryList'");
    return selectEntries(entries, undefined, toDOMString(type));
  }

  getEntriesByName(name: unknown, type: unknown = undefined): PerformanceEntry[] {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, "Failed to execute 'getEntriesByName' on 'PerformanceObserverEntryList'");
    return selectEntries(entries, toDOMString(name), type === undefined ? undefined : toDOMString(type));
  }
}
defineInterface("PerformanceObserverEntryList", PerformanceObserverEntryList);

// Those that observe something, in the order in which they began.
const registered: PerformanceObserver[] = [];
let taskIsQueued = false;

let receive: (observer: PerformanceObserver, entry: PerformanceEntry) => boolean;
let deliver: (observer: PerformanceObserver) => void;

export class PerformanceObserver {
  #callback: Function;
  #types: string[] = [];
  #buffer: PerformanceEntry[] = [];
  // One observer is asked either for a list of types, or for one type after the other.
  #mode: "undecided" | "single" | "multiple" = "undecided";
  #tellsDropped = false;

  constructor(callback: unknown) {
    const what = "Failed to construct 'PerformanceObserver'";
    requireArguments(arguments.length, 1, what);
    this.#callback = toCallback(callback, what);
  }

  static get supportedEntryTypes(): readonly string[] { return supportedEntryTypes; }

  observe(options: PerformanceObserverInit | undefined = undefined): void {
    this.#mode;
    const what = "Failed to execute 'observe' on 'PerformanceObserver'";
    const given = toDictionary(options, what);
    const buffered = given.buffered === undefined ? undefined : !!given.buffered;
    const entryTypes = given.entryTypes === undefined ? undefined : toSequence(given.entryTypes, toDOMString, what);
    const type = given.type === undefined ? undefined : toDOMString(given.type);
    if (entryTypes === undefined && type === undefined) throw new TypeError(`${what}: Either 'entryTypes' or 'type' must be given.`);
    if (entryTypes !== undefined && (type !== undefined || buffered !== undefined)) {
      throw new TypeError(`${what}: 'entryTypes' must not be combined with other members.`);
    }
    const mode = type === undefined ? "multiple" : "single";
    if (this.#mode !== "undecided" && this.#mode !== mode) {
      throw createDOMException("InvalidModificationError", `${what}: This observer has been asked with ${mode === "single" ? "'entryTypes'" : "'type'"} before.`);
    }
    this.#mode = mode;
    this.#tellsDropped = true;
    const types = supported(entryTypes ?? [type!]);
    if (types.length === 0) return;
    if (mode === "multiple") this.#types = types;
    else if (ArrayPrototypeIndexOf(this.#types, type!) === -1) ArrayPrototypePush(this.#types, type!);
    if (ArrayPrototypeIndexOf(registered, this) === -1) ArrayPrototypePush(registered, this);
    if (!buffered) return;
    const past = timelineEntries(type!);
    for (let i = 0; i < past.length; i++) ArrayPrototypePush(this.#buffer, past[i]!);
    queueTask();
  }

  disconnect(): void {
    this.#buffer = [];
    this.#types = [];
    const place = ArrayPrototypeIndexOf(registered, this);
    if (place !== -1) ArrayPrototypeSplice(registered, place, 1);
  }

  takeRecords(): PerformanceEntry[] {
    const records = this.#buffer;
    this.#buffer = [];
    return records;
  }

  static {
    receive = (observer, entry) => {
      if (ArrayPrototypeIndexOf(observer.#types, entryType(entry)) === -1) return false;
      ArrayPrototypePush(observer.#buffer, entry);
      return true;
    };
    deliver = (observer) => {
      const entries = observer.#buffer;
      if (entries.length === 0) return;
      observer.#buffer = [];
      const options: { droppedEntriesCount?: number } = {};
      if (observer.#tellsDropped) {
        observer.#tellsDropped = false;
        options.droppedEntriesCount = droppedEntries(observer.#types);
      }
      try {
        FunctionPrototypeCall(observer.#callback, observer, new PerformanceObserverEntryList(token, entries), observer, options);
      } catch (error) {
        reportException(error);
      }
    };
  }
}
defineInterface("PerformanceObserver", PerformanceObserver);

listenToEntries((entry) => {
  let wanted = false;
  for (let i = 0; i < registered.length; i++) if (receive(registered[i]!, entry)) wanted = true;
  if (wanted) queueTask();
});

function supported(types: string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < types.length; i++) if (ArrayPrototypeIndexOf(supportedEntryTypes, types[i]!) !== -1) ArrayPrototypePush(result, types[i]!);
  return result;
}

function queueTask(): void {
  if (taskIsQueued) return;
  startHostTimer(0, () => {
    taskIsQueued = false;
    const observers = ArrayPrototypeSlice(registered);
    for (let i = 0; i < observers.length; i++) deliver(observers[i]!);
  }, () => { taskIsQueued = false; });
  taskIsQueued = true;
}
