import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { bench } from "../paths.js";
import { ms, wrongLines } from "../open-load-summary.js";

const run = promisify(execFile);

/** wrk on all connections at once: each asks again as soon as it was answered, so that the server has all it can do. */
export class ClosedLoad {
  #workers;
  #port;
  #connections;

  constructor(workers, port, connections) {
    this.#workers = workers;
    this.#port = port;
    this.#connections = connections;
  }

  /** Runs for some seconds; figures in milliseconds, lines for people, and how many kinds of wrong answers there were. */
  async run(title, seconds) {
    const { stdout } = await run("wrk", [
      ...["--threads", "1", "--connections", String(this.#connections), "--duration", `${seconds}s`, "--timeout", "10s"],
      ...["--script", join(bench, "harness/chaos/checked-load.lua"), `http://127.0.0.1:${this.#port}/`],
      ...["--", String(this.#port), ...this.#workers.wellBehaved],
    ]);
    const { answers, seconds: took, p50, p99, slowest, wrong, newest } = JSON.parse(stdout.match(/^@report (.*)$/m)[1]);
    for (const [worker, version] of Object.entries(newest)) {
      if (version > this.#workers.newest(worker)) wrong[`${worker} answered as version ${version}, which does not exist`] = 1;
    }
    return {
      figures: { p50, p99 },
      lines: [
        `${title}: ${answers} answers, ${Math.round(answers / took)}/s, p50 ${ms(p50)}, p99 ${ms(p99)}, slowest ${ms(slowest)}`,
        ...wrongLines(Object.entries(wrong)),
      ],
      wrong: Object.keys(wrong).length,
    };
  }
}
