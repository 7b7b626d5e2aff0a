// https://html.spec.whatwg.org/#timers, with the Workers' limits: no strings as handlers, 10,000 active timers for an event.
import { currentEvent } from "../core/async-frame.ts";
import { cancelHostTimer, startHostTimer } from "../core/host-timers.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ReflectApply } from "../core/primordials.ts";
import { requireArguments, toCallback, toLong } from "../core/webidl.ts";
import { QuotaExceededError, reportException } from "../events/index.ts";

const maximumActive = 10_000;
const global = globalThis;

interface Timer {
  readonly id: number;
  readonly callback: Function;
  readonly args: unknown[];
  /** Milliseconds between calls; -1 for a timeout. */
  readonly interval: number;
  readonly event: number;
  hostTimer: number;
}

const active: Map<number, Timer> = new Map();
const activeByEvent: Map<number, number> = new Map();
let lastId = 0;

export function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): number {
  requireArguments(arguments.length, 1, "Failed to execute 'setTimeout'");
  return start(toCallback(callback, "Failed to execute 'setTimeout'"), toDelay(delay), false, args);
}

export function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): number {
  requireArguments(arguments.length, 1, "Failed to execute 'setInterval'");
  return start(toCallback(callback, "Failed to execute 'setInterval'"), toDelay(delay), true, args);
}

/** Timeouts and intervals share their identifiers: either function clears both. */
export function clearTimeout(id?: unknown): void {
  stop(id === undefined || id === null ? 0 : toLong(id));
}

export function clearInterval(id?: unknown): void {
  stop(id === undefined || id === null ? 0 : toLong(id));
}

function toDelay(delay: unknown): number {
  const milliseconds = delay === undefined ? 0 : toLong(delay);
  return milliseconds > 0 ? milliseconds : 0;
}

function start(callback: Function, delay: number, repeat: boolean, args: unknown[]): number {
  const event = currentEvent();
  const count = MapPrototypeGet(activeByEvent, event) ?? 0;
  if (count >= maximumActive) {
    throw new QuotaExceededError(`You have exceeded the number of active timers you may set. max active timers: ${maximumActive}, current active timers: ${count}`);
  }
  const timer: Timer = { id: ++lastId, callback, args: args, interval: repeat ? delay : -1, event, hostTimer: 0 };
  timer.hostTimer = startHostTimer(delay, () => fire(timer), () => forget(timer));
  MapPrototypeSet(active, timer.id, timer);
  MapPrototypeSet(activeByEvent, event, count + 1);
  return timer.id;
}

function fire(timer: Timer): void {
  if (timer.interval < 0) forget(timer);
  try {
    ReflectApply(timer.callback, global, timer.args);
  } catch (error) {
    reportException(error);
  }
  if (timer.interval >= 0 && MapPrototypeGet(active, timer.id) === timer) {
    timer.hostTimer = startHostTimer(timer.interval, () => fire(timer), () => forget(timer));
  }
}

function stop(id: number): void {
  const timer = MapPrototypeGet(active, id);
  if (timer === undefined) return;
  cancelHostTimer(timer.hostTimer);
  forget(timer);
}

function forget(timer: Timer): void {
  MapPrototypeDelete(active, timer.id);
  const count = MapPrototypeGet(activeByEvent, timer.event)! - 1;
  if (count > 0) MapPrototypeSet(activeByEvent, timer.event, count);
  else MapPrototypeDelete(activeByEvent, timer.event);
}
