import { parseArgs } from "node:util";
import { runtimes } from "./runtimes/index.js";
import { workloads } from "./workloads.js";

export const parts = ["http", "start", "density", "ws-idle"];

const usage = `usage: bench/run [options]
  --only NAMES          of: ${[...Object.keys(workloads), "start", "density", "ws-idle"].join(", ")} (default: all)
  --runtimes NAMES      of: ${Object.keys(runtimes).join(", ")} (default: all that are there)
  --rounds N            timed rounds per workload, interleaved over the runtimes (5)
  --seconds N           length of a timed run (5)
  --connections N       open connections (64)
  --workers LIST        worker counts for the density part (1,100,1000)
  --idle N              connections of the ws-idle part (10000)
  --note TEXT           a remark kept with the results
  --out DIR             where results go (bench/results); "none" keeps nothing`;

/** The command line as a plain record; a mistake in it throws an error whose message is for the user. */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: "string" },
      runtimes: { type: "string" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "5" },
      connections: { type: "string", default: "64" },
      workers: { type: "string", default: "1,100,1000" },
      idle: { type: "string", default: "10000" },
      note: { type: "string", default: "" },
      out: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return { help: usage };

  const only = values.only ? chosen(values.only, [...Object.keys(workloads), ...parts], "--only") : undefined;
  const wants = (part) => only === undefined || only.includes(part);
  return {
    workloads: Object.keys(workloads).filter((name) => wants(name) || only?.includes("http")),
    start: wants("start"),
    density: wants("density"),
    idle: wants("ws-idle") ? count(values.idle, "--idle") : 0,
    runtimes: values.runtimes ? chosen(values.runtimes, Object.keys(runtimes), "--runtimes") : Object.keys(runtimes),
    runtimesNamed: values.runtimes !== undefined,
    rounds: count(values.rounds, "--rounds"),
    seconds: count(values.seconds, "--seconds"),
    connections: count(values.connections, "--connections"),
    workers: values.workers.split(",").map((n) => count(n, "--workers")),
    note: values.note,
    out: values.out,
  };
}

function chosen(list, known, option) {
  const names = list.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option}: no "${unknown}" among ${known.join(", ")}`);
  return names;
}

function count(text, option) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option}: expected a whole number of at least 1, got "${text}"`);
  return value;
}
