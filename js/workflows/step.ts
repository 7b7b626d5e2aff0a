// https://developers.cloudflare.com/workflows/build/workers-api/#workflowstep
import { cancelHostTimer, startHostTimer } from "../core/host-timers.ts";
import { ops } from "../core/ops.ts";
import { DatePrototypeGetTime, FunctionPrototypeCall, JSONStringify, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { delayAfter, readConfig, type StepConfig } from "./config.ts";
import { mostSleep, toMilliseconds } from "./duration.ts";
import { type Failure, failureOf, named, NonRetryableError, timeoutError } from "./errors.ts";
import type { Run, StepRecord } from "./run.ts";

const internal = {};
const now = Date.now;
const OriginalDate = Date;
const longestName = 256;

type Callback = (context: unknown) => unknown;

export class WorkflowStep {
  readonly #run: Run;

  constructor(token: unknown, run: Run) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#run = run;
  }

  async do(name: string, options: unknown, callback: unknown = undefined, rollback: unknown = undefined): Promise<unknown> {
    if (typeof options === "function") return doStep(this.#run, checkName(name), readConfig(undefined, name), options as Callback, callback);
    if (typeof callback !== "function") throw new TypeError(`Step "${name}" requires a callback function`);
    return doStep(this.#run, checkName(name), readConfig(options, name), callback as Callback, rollback);
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
  if (typeof name === "string" && name.length > 0 && name.length <= longestName) return name;
  throw new TypeError(`Step name "${String(name)}" exceeds max length (${longestName} chars) or invalid characters found`);
}

async function doStep(run: Run, name: string, config: StepConfig, callback: Callback, rollback: unknown): Promise<unknown> {
  if (rollback !== undefined && rollback !== null) throw new TypeError(`The step "${name}" has rollback options, which are not supported here. Undo in a step of its own.`);
  const { record, count } = run.next(name, "Do");
  if (record.end !== undefined) {
    if (record.error !== undefined) throw toError(record.error);
    return run.value(record);
  }
  record.config = JSONStringify(config);
  record.attempts ??= [];
  if (record.due !== undefined) await run.until(record.due);
  for (;;) {
    const attempt: number = record.attempts.length + 1;
    const context = { step: { name, count }, attempt, config };
    const start = now();
    const tried: Tried = await run.work(() => tryStep(run, callback, context, config));
    if (tried.error === undefined) {
      try {
        return await run.record({ ...record, due: undefined, end: now(), attempts: [...record.attempts, { start, end: now() }] }, { value: tried.value });
      } catch (unfit) {
        // It cannot be kept: the next attempt's would be no better.
        return fail(run, record, start, unfit);
      }
    }
    const { thrown } = tried.error;
    if (NonRetryableError.is(thrown) || failureOf(thrown).name === "NonRetryableError" || attempt > config.retries.limit) return fail(run, record, start, thrown);
    record.attempts = [...record.attempts, { start, end: now(), error: failureOf(thrown) }];
    record.due = now() + await delayAfter(config, attempt, name, { ctx: context, error: thrown });
    await run.record(record);
    await run.until(record.due);
  }
}

async function fail(run: Run, record: StepRecord, start: number, thrown: unknown): Promise<never> {
  const error = failureOf(thrown);
  await run.record({ ...record, due: undefined, end: now(), error, attempts: [...record.attempts!, { start, end: now(), error }] });
  throw thrown;
}

type Tried = { error: undefined; value: unknown } | { error: { thrown: unknown } };

/** One attempt. */
function tryStep(run: Run, callback: Callback, context: unknown, config: StepConfig): Promise<Tried> {
  ops.workflow_step_began(run.event);
  const timeout = toMilliseconds(config.timeout, "The timeout");
  return new Promise((resolve) => {
    const timer = startHostTimer(timeout, () => resolve({ error: { thrown: timeoutError(timeout) } }));
    const end = (tried: Tried): void => {
      cancelHostTimer(timer);
      resolve(tried);
    };
    try {
      PromisePrototypeThen(PromiseResolve(FunctionPrototypeCall(callback, undefined, context)), (value: unknown) => end({ error: undefined, value }), (thrown: unknown) => end({ error: { thrown } }));
    } catch (thrown) {
      end({ error: { thrown } });
    }
  });
}

async function sleepStep(run: Run, name: string, dueAfter: (start: number) => number): Promise<void> {
  const { record } = run.next(name, "Sleep");
  if (record.end !== undefined) return;
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
  record.due ??= record.start + timeout;
  record.eventType = type;
  const event = await run.takeEvent(record);
  if (event !== undefined) return { payload: event.payload, timestamp: new OriginalDate(event.sentOn), type };
  if (now() < record.due) return run.untilEvent();
  const late = timeoutError(timeout);
  await run.record({ ...record, end: now(), error: failureOf(late) });
  throw late;
}

function toError({ name, message }: Failure): Error {
  return named(name, message);
}
