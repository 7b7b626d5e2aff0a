import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, ObjectFreeze, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { failureOf, toError } from "./errors.ts";
import { rollBack } from "./rollback.ts";
import { Run } from "./run.ts";
import { createStep } from "./step.ts";
import { pack } from "./values.ts";

const OriginalDate = Date;

/** Runs an instance from the beginning of its code. `head` says what was done before; `values` are the bytes it names by their places. */
export function runWorkflow(event: number, entrypoint: { run?: unknown }, head: string, values: Uint8Array[]): void {
  const run = new Run(event, head, values);
  const { run: method } = entrypoint;
  if (typeof method !== "function") throw new TypeError("The Workflow's class has no run() method.");
  const given = ObjectFreeze({ payload: run.params, timestamp: new OriginalDate(run.task.created), instanceId: run.task.instance, workflowName: run.task.workflow });
  // What comes of a run for the sake of its handlers does not matter: they are all there then.
  PromisePrototypeThen(
    PromiseResolve(FunctionPrototypeCall(method, entrypoint, given, createStep(run))),
    (output: unknown) => run.undoing.phase === "forward" ? returned(event, output) : run.undoing.settled(),
    (thrown: unknown) => run.undoing.phase === "forward" ? failed(run, thrown) : run.undoing.settled(),
  );
  const { rollback } = run.task;
  if (rollback === undefined) return;
  PromisePrototypeThen(run.undoing.replayed, () => {
    const cause = toError(rollback);
    rolledBack(run, cause, () => rollback.isTermination ? returned(event, undefined) : threw(event, cause));
  });
}

function failed(run: Run, thrown: unknown): void {
  rolledBack(run, isObject(thrown) ? thrown as Error : new Error(String(thrown)), () => threw(run.event, thrown));
}

function rolledBack(run: Run, cause: Error, end: () => void): void {
  PromisePrototypeThen(rollBack(run, cause), end, (failure: unknown) => threw(run.event, failure));
}

function returned(event: number, output: unknown): void {
  try {
    const { bytes, json } = pack(output);
    ops.workflow_returned(event, bytes, json);
  } catch (unfit) {
    threw(event, unfit);
  }
}

export function threw(event: number, thrown: unknown): void {
  const { name, message } = failureOf(thrown);
  ops.workflow_threw(event, name, message, thrown);
}
