import { ops } from "../core/ops.ts";
import { workflows } from "../workflows/lazy.ts";
import { instantiateWorkflow } from "./entrypoints.ts";

/** An instance of a Workflow is to be run. */
export function dispatchWorkflow(id: number, className: string, head: string, values: Uint8Array[]): void {
  ops.async_context_set(id);
  try {
    workflows().runWorkflow(id, instantiateWorkflow(className, id), head, values);
  } catch (thrown) {
    workflows().threw(id, thrown);
  }
  ops.async_context_set(undefined);
}
