// What steps did is undone when their instance fails, or is terminated so: by handlers that the steps brought along, the latest step first
// (https://developers.cloudflare.com/workflows/build/workers-api/). An undoing is kept as steps are: it is tried again, outlives its run, and is not done twice.
import { startHostTimer } from "../core/host-timers.ts";
import { ArrayIsArray, FunctionPrototypeCall, JSONStringify, MapPrototypeGet, MapPrototypeSet, PromiseWithResolvers } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { attempt } from "./attempts.ts";
import { readConfig, type StepConfig, storedConfig } from "./config.ts";
import { failureOf } from "./errors.ts";
import type { Run, StepRecord } from "./run.ts";

export interface RollbackOptions {
  rollback: (context: { ctx: unknown; error: Error; output: unknown; stepName: string }) => unknown;
  config: StepConfig;
}

interface Registration {
  count: number;
  config: StepConfig;
  options: RollbackOptions;
  output: unknown;
}

// The code has come to a step that is not to be done any more. This is how long others may take that run beside it.
const patience = 1000;

const now = Date.now;

/** What a step says of its undoing; throws what makes no sense. */
export function readRollback(given: unknown, step: string): RollbackOptions | undefined {
  if (given === undefined) return undefined;
  if (!isObject(given) || ArrayIsArray(given)) throw new TypeError(`Rollback options for "${step}" must be an object`);
  const { rollback, rollbackConfig } = given as { rollback?: unknown; rollbackConfig?: unknown };
  if (typeof rollback !== "function") throw new TypeError(`Rollback for "${step}" must be a function`);
  return { rollback: rollback as RollbackOptions["rollback"], config: readConfig(rollbackConfig, step) };
}

/** The handlers that a run has come by. */
export class Undoing {
  /** `replay`: the code runs once more, for its handlers, and does no step that it has not done. `rollback`: they are called. */
  phase: "forward" | "replay" | "rollback" = "forward";
  readonly #registered: Map<string, Registration> = new Map();
  readonly #replayed = PromiseWithResolvers<void>();
  #missing = 0;

  /** The code runs for the handlers of these steps. */
  replay(steps: StepRecord[]): void {
    this.phase = "replay";
    this.#missing = steps.length;
    if (this.#missing === 0) this.settled();
  }

  /** Ends when all handlers are there that will be. */
  get replayed(): Promise<void> {
    return this.#replayed.promise;
  }

  register(record: StepRecord, count: number, config: StepConfig, options: RollbackOptions): Registration {
    const registration = { count, config, options, output: undefined };
    MapPrototypeSet(this.#registered, record.key, registration);
    if (this.phase === "replay" && record.rollback === true && --this.#missing === 0) this.settled();
    return registration;
  }

  find(step: StepRecord): Registration | undefined {
    return MapPrototypeGet(this.#registered, step.key);
  }

  /** There will be no more. */
  settled(): void {
    this.#replayed.resolve();
  }

  /** A branch of the code goes no further. */
  halted(): void {
    if (this.phase === "replay") startHostTimer(patience, () => this.settled());
  }
}

/** Undoes what steps did, until a handler fails for good. */
export async function rollBack(run: Run, cause: Error): Promise<void> {
  const steps = run.undoable();
  if (steps.length === 0) return;
  const isNew = run.undoing.phase === "forward";
  run.undoing.phase = "rollback";
  if (isNew) await run.beginRollback(failureOf(cause));
  for (let i = steps.length - 1; i >= 0; i--) if (!(await undo(run, steps[i]!, cause))) return;
}

async function undo(run: Run, step: StepRecord, cause: Error): Promise<boolean> {
  const record = run.rollbackOf(step);
  if (record.end !== undefined) return record.error === undefined;
  const found = run.undoing.find(step);
  if (found === undefined) {
    await run.record({ ...record, end: now(), error: { name: "RollbackMissing", message: "Rollback function not available in registry" } });
    return false;
  }
  const { count, config, options, output } = found;
  record.config = JSONStringify(storedConfig(options.config));
  record.attempts ??= [];
  if (record.due !== undefined) await run.until(record.due);
  const given = { ctx: { step: { name: step.name, count }, attempt: step.attempts?.length ?? 0, config }, error: cause, output, stepName: step.key };
  const { error } = await attempt(run, record, options.config, { name: step.name, count }, () => FunctionPrototypeCall(options.rollback, undefined, given), false);
  return error === undefined;
}
