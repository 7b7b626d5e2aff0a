// https://w3c.github.io/performance-timeline/ and https://w3c.github.io/user-timing/: what one measures oneself.
import { clockNow } from "../core/clock.ts";
import { defineInterface } from "../core/define.ts";
import { NumberPrototypeToString } from "../core/primordials.ts";
import { requireArguments, toDictionary, toDOMString } from "../core/webidl.ts";
import { structuredClone } from "../structured-clone/index.ts";

const token = { __proto__: null };
const OriginalNumber = Number;

export let entryName: (entry: PerformanceEntry) => string;
export let entryType: (entry: PerformanceEntry) => string;
export let entryStart: (entry: PerformanceEntry) => number;

export class PerformanceEntry {
  #name: string;
  #entryType: string;
  #startTime: number;
  #duration: number;

  constructor(key: unknown = undefined, name = "", entryType = "", startTime = 0, duration = 0) {
    if (key !== token) throw new TypeError("Illegal constructor");
    this.#name = name;
    this.#entryType = entryType;
    this.#startTime = startTime;
    this.#duration = duration;
  }

  get name(): string { return this.#name; }
  get entryType(): string { return this.#entryType; }
  get startTime(): number { return this.#startTime; }
  get duration(): number { return this.#duration; }

  toJSON(): object {
    return { name: this.#name, entryType: this.#entryType, startTime: this.#startTime, duration: this.#duration };
  }

  static {
    entryName = (entry) => entry.#name;
    entryType = (entry) => entry.#entryType;
    entryStart = (entry) => entry.#startTime;
  }
}
defineInterface("PerformanceEntry", PerformanceEntry);

export interface PerformanceMarkOptions { detail?: unknown; startTime?: number }

export class PerformanceMark extends PerformanceEntry {
  #detail: unknown;

  constructor(name: unknown, options: PerformanceMarkOptions | undefined = undefined) {
    const what = "Failed to construct 'PerformanceMark'";
    requireArguments(arguments.length, 1, what);
    const title = toDOMString(name);
    const given = toDictionary(options, what);
    const detail = given.detail;
    const start = given.startTime === undefined ? clockNow() : toTime(given.startTime, what);
    if (start < 0) throw new TypeError(`${what}: '${title}' cannot have a negative start time.`);
    super(token, title, "mark", start, 0);
    this.#detail = detail === undefined || detail === null ? null : structuredClone(detail);
  }

  get detail(): unknown { return this.#detail; }
  override toJSON(): object { return withDetail(super.toJSON(), this.#detail); }
}
defineInterface("PerformanceMark", PerformanceMark);

export class PerformanceMeasure extends PerformanceEntry {
  #detail: unknown;

  // Its parameters are the layer's own: to a worker it has none.
  constructor(key: unknown = undefined, name = "", startTime = 0, duration = 0, detail: unknown = undefined) {
    super(key, name, "measure", startTime, duration);
    this.#detail = detail === undefined || detail === null ? null : structuredClone(detail);
  }

  get detail(): unknown { return this.#detail; }
  override toJSON(): object { return withDetail(super.toJSON(), this.#detail); }
}
defineInterface("PerformanceMeasure", PerformanceMeasure);

export function createMeasure(name: string, start: number, end: number, detail: unknown): PerformanceMeasure {
  return new PerformanceMeasure(token, name, start, end - start, detail);
}

/** WebIDL's `double`: finite. */
export function toTime(value: unknown, what: string): number {
  const number = OriginalNumber(value);
  if (number - number !== 0) throw new TypeError(`${what}: The provided time ${NumberPrototypeToString(number)} is not finite.`);
  return number;
}

function withDetail(json: object, detail: unknown): object {
  (json as { detail: unknown }).detail = detail;
  return json;
}
