// https://developers.cloudflare.com/workflows/build/workers-api/#workflowstep
import { DatePrototypeGetTime, JSONStringify, StringPrototypeCharCodeAt } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { attempt, type Callback } from "./attempts.ts";
import { readConfig, type StepConfig, storedConfig } from "./config.ts";
import { mostSleep, toMilliseconds } from "./duration.ts";
import { failureOf, timeoutError, toError } from "./errors.ts";
import { readRollback, type RollbackOptions } from "./rollback.ts";
import type { Run } from "./run.ts";

const internal = {};
const now = Date.now;
const OriginalDate = Date;
const longestName = 256;

export class WorkflowStep {
  readonly #run: Run;

  constructor(token: unknown, run: Run) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#run = run;
  }

  async do(name: string, options: unknown, callback: unknown = undefined, rollback: unknown = undefined): Promise<unknown> {
    if (typeof options === "function") return doStep(this.#run, checkName(name), readConfig(undefined, name), options as Callback, readRollback(callback, name));
    if (typeof callback !== "function") throw new TypeError(`Step "${name}" requires a callback function`);
    return doStep(this.#run, checkName(name), readConfig(options, name), callback as Callback, readRollback(rollback, name));
  }

  async sleep(name: string, duration: unknown): Promise<void> {
    const milliseconds = toMilliseconds(duration, `The duration of the step "${checkName(name)}"`);
    return sleepStep(this.#run, name, (start) => start + milliseconds);
  }

  async sleepUntil(name: string, timestamp: unknown): Promise<void> {
    const due = typeof timestamp === "number" ? timestamp : DatePrototypeGetTime(timestamp as Date);
    if (!(due >= 0)) throw new TypeError(`The step "${checkName(name)}" must sleep until a Date or a number of milliseconds since 1970.`);
    return sleepStep(this.#run, checkName(name), () => due);
  }

  async waitForEvent(name: string, options: { type?: unknown; timeout?: unknown }): Promise<unknown> {
    checkName(name);
    if (!isObject(options) || typeof options.type !== "string") throw new TypeError(`The step "${name}" must say for which type of event it waits: { type: "…" }.`);
    const timeout = toMilliseconds(options.timeout ?? "24 hours", `The timeout of the step "${name}"`);
    if (timeout > mostSleep) throw new RangeError(`The step "${name}" waits for more than 365 days.`);
    return waitStep(this.#run, name, options.type, timeout);
  }
}

export function createStep(run: Run): WorkflowStep {
  return new WorkflowStep(internal, run);
}

function checkName(name: unknown): string {
  if (typeof name === "string" && name.length > 0 && name.length <= longestName && !hasControls(name)) return name;
  throw new TypeError(`Step name "${String(name)}" exceeds max length (${longestName} chars) or invalid characters found`);
}

function hasControls(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (StringPrototypeCharCodeAt(name, i) < 0x20) return true;
  return false;
}

async function doStep(run: Run, name: string, config: StepConfig, callback: Callback, rollback: RollbackOptions | undefined): Promise<unknown> {
  const { record, count } = run.next(name, "Do");
  const undoing = rollback === undefined ? undefined : run.undoing.register(record, count, config, rollback);
  if (record.end !== undefined) {
    if (record.error !== undefined) throw toError(record.error);
    const value = run.value(record);
    if (undoing !== undefined) undoing.output = value;
    return value;
  }
  if (run.isReplay) return run.halt();
  record.config = JSONStringify(storedConfig(config));
  record.attempts ??= [];
  // What it has begun is to be undone, whatever becomes of it.
  if (undoing !== undefined && record.rollback !== true) await run.recordUndoable(record);
  if (record.due !== undefined) await run.until(record.due);
  const tried = await attempt(run, record, config, { name, count }, callback, true);
  if (tried.error !== undefined) throw tried.error.thrown;
  if (undoing !== undefined) undoing.output = tried.value;
  return tried.value;
}

async function sleepStep(run: Run, name: string, dueAfter: (start: number) => number): Promise<void> {
  const { record } = run.next(name, "Sleep");
  if (record.end !== undefined) return;
  if (run.isReplay) return run.halt();
  if (record.due === undefined) {
    record.due = dueAfter(record.start);
    if (record.due - now() > mostSleep) throw new RangeError(`The step "${name}" sleeps for more than 365 days.`);
    await run.record(record);
  }
  await run.until(record.due);
  await run.record({ ...record, end: now() });
}

async function waitStep(run: Run, name: string, type: string, timeout: number): Promise<unknown> {
  const { record } = run.next(name, "WaitForEvent");
  if (record.end !== undefined) {
    if (record.error !== undefined) throw toError(record.error);
    return { payload: run.value(record), timestamp: new OriginalDate(record.sentOn!), type };
  }
  if (run.isReplay) return run.halt();
  record.due ??= record.start + timeout;
  record.eventType = type;
  const event = await run.takeEvent(record);
  if (event !== undefined) return { payload: event.payload, timestamp: new OriginalDate(event.sentOn), type };
  if (now() < record.due) return run.untilEvent();
  const late = timeoutError(timeout);
  await run.record({ ...record, end: now(), error: failureOf(late) });
  throw late;
}
