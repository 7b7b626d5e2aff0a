import { expectedSum, sumsRepeatAfter } from "../answering-worker.js";
import { ms, wrongLines } from "../open-load-summary.js";
import { wrk } from "../wrk.js";

const sums = Array.from({ length: sumsRepeatAfter }, (_, n) => expectedSum(n));

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
    const { answers, seconds: took, p50, p99, slowest, wrong, newest } = await wrk({
      script: "chaos/checked-load.lua",
      url: `http://127.0.0.1:${this.#port}/`,
      connections: this.#connections,
      seconds,
      scriptArguments: [String(this.#port), sums.join(","), ...this.#workers.wellBehaved],
    });
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
