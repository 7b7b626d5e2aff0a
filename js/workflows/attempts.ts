// A step's work: tried until it succeeds, or may not be tried again.
import { cancelHostTimer, startHostTimer } from "../core/host-timers.ts";
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { delayAfter, type StepConfig } from "./config.ts";
import { toMilliseconds } from "./duration.ts";
import { failureOf, NonRetryableError, timeoutError } from "./errors.ts";
import type { Run, StepRecord } from "./run.ts";

export type Callback = (context: unknown) => unknown;

export type Tried = { error: undefined; value: unknown } | { error: { thrown: unknown } };

const now = Date.now;

/** Tries, and keeps what came of it.
 * @param keeps Whether what the callback returns is kept, too. */
export async function attempt(run: Run, record: StepRecord, config: StepConfig, step: { name: string; count: number }, callback: Callback, keeps: boolean): Promise<Tried> {
  for (;;) {
    // Another step's failure has begun to undo what this one did.
    if (record.kind !== "Rollback" && run.undoing.phase === "rollback") return run.halt();
    const number: number = record.attempts!.length + 1;
    const context = { step, attempt: number, config };
    const start = now();
    const tried: Tried = await run.work(() => tryOnce(run, callback, context, config));
    if (tried.error === undefined) {
      const done = { ...record, due: undefined, end: now(), attempts: [...record.attempts!, { start, end: now() }] };
      if (!keeps) {
        await run.record(done);
        return tried;
      }
      try {
        const value = await run.record(done, tried);
        record.attempts = done.attempts;
        return { error: undefined, value };
      } catch (unfit) {
        // It cannot be kept: the next attempt's would be no better.
        return fail(run, record, start, unfit);
      }
    }
    const { thrown } = tried.error;
    if (NonRetryableError.is(thrown) || failureOf(thrown).name === "NonRetryableError" || number > config.retries.limit) return fail(run, record, start, thrown);
    record.attempts = [...record.attempts!, { start, end: now(), error: failureOf(thrown) }];
    record.due = now() + await delayAfter(config, number, step.name, { ctx: context, error: thrown });
    await run.record(record);
    await run.until(record.due);
  }
}

async function fail(run: Run, record: StepRecord, start: number, thrown: unknown): Promise<Tried> {
  const error = failureOf(thrown);
  record.attempts = [...record.attempts!, { start, end: now(), error }];
  await run.record({ ...record, due: undefined, end: now(), error });
  return { error: { thrown } };
}

function tryOnce(run: Run, callback: Callback, context: unknown, config: StepConfig): Promise<Tried> {
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
