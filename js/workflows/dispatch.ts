import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, ObjectFreeze, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { failureOf } from "./errors.ts";
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
  PromisePrototypeThen(
    PromiseResolve(FunctionPrototypeCall(method, entrypoint, given, createStep(run))),
    (output: unknown) => {
      try {
        const { bytes, json } = pack(output);
        ops.workflow_returned(event, bytes, json);
      } catch (unfit) {
        threw(event, unfit);
      }
    },
    (thrown: unknown) => threw(event, thrown),
  );
}

export function threw(event: number, thrown: unknown): void {
  const { name, message } = failureOf(thrown);
  ops.workflow_threw(event, name, message, thrown);
}
