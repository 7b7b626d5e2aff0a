import { processPerWorker } from "./process-per-worker.js";
import { skep } from "./skep.js";
import { workerd } from "./workerd.js";

/**
 * The runtimes in the order of the table; ratios are taken against the reference. One that is not `complete` takes part
 * where a process's start and memory are measured, and not in the workloads.
 */
export const runtimes = {
  skep,
  workerd,
  node: processPerWorker("node"),
  deno: processPerWorker("deno", {
    args: ["run", "--allow-all", "--no-config", "--no-lock"],
    env: { DENO_NO_UPDATE_CHECK: "1" },
  }),
  bun: processPerWorker("bun"),
  "node-plain": processPerWorker("node", { adapter: "node-plain", complete: false }),
};

export const reference = "workerd";
