import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { bench } from "./paths.js";
import { cpuSeconds, memory } from "./process-tree.js";

const run = promisify(execFile);

/** Drives wrk at a server and measures the server meanwhile. Latencies are in milliseconds. */
export async function load({ pid, endpoint, path, headers, connections, seconds }) {
  // wrk leaves out its own Host header only for one in this very spelling.
  const all = endpoint.host ? { ...headers, Host: endpoint.host } : headers;
  const args = [
    ...["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`, "--timeout", "10s"],
    ...["--script", join(bench, "harness/wrk-report.lua")],
    ...Object.entries(all).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    `http://127.0.0.1:${endpoint.port}${path}`,
  ];
  const cpuBefore = cpuSeconds(pid);
  const { stdout } = await run("wrk", args);
  const cpu = cpuSeconds(pid) - cpuBefore;

  const report = JSON.parse(stdout.match(/^@report (.*)$/m)[1]);
  const { requests } = report;
  return {
    requests,
    failed: report.failed,
    requestsPerSecond: requests / report.seconds,
    p50: report.p50,
    p99: report.p99,
    cpuMicroseconds: requests > 0 ? (cpu * 1e6) / requests : NaN,
    resident: memory(pid).resident,
  };
}
