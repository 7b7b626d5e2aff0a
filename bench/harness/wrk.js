import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { bench } from "./paths.js";

const run = promisify(execFile);

/**
 * Runs wrk, and answers with what its script reported: the JSON of the line that begins with `@report`. `script` is a file of bench/harness,
 * `headers` goes with each request, `scriptArguments` to the script's `init`.
 */
export async function wrk({ script, url, connections, seconds, headers = {}, scriptArguments = [] }) {
  const { stdout } = await run("wrk", [
    ...["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`, "--timeout", "10s"],
    ...["--script", join(bench, "harness", script)],
    ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...[url, "--", ...scriptArguments],
  ]);
  return JSON.parse(stdout.match(/^@report (.*)$/m)[1]);
}
