import { cpuSeconds, memory } from "./process-tree.js";
import { wrk } from "./wrk.js";

/** Drives wrk at a server and measures the server meanwhile. Latencies are in milliseconds. */
export async function load({ pid, endpoint, path, headers, connections, seconds }) {
  // wrk leaves out its own Host header only for one in this very spelling.
  const all = endpoint.host ? { ...headers, Host: endpoint.host } : headers;
  const url = `http://127.0.0.1:${endpoint.port}${path}`;
  const cpuBefore = cpuSeconds(pid);
  const report = await wrk({ script: "wrk-report.lua", url, connections, seconds, headers: all });
  const cpu = cpuSeconds(pid) - cpuBefore;

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
