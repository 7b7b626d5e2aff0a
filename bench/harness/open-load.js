import { setTimeout as delay } from "node:timers/promises";
import { Connection } from "./connection.js";
import { expectedSum } from "./answering-worker.js";

/**
 * Sends requests at fixed times, whatever becomes of those before: a slow answer delays none of the others' clocks, and a
 * request that has to wait for a free connection has waited since its time (no coordinated omission).
 */
export class OpenLoad {
  #workers;
  #port;
  #idle;
  #connections;
  #waiting = [];
  #sent = 0;

  constructor(workers, port, connections) {
    this.#workers = workers;
    this.#port = port;
    this.#connections = Array.from({ length: connections }, () => new Connection(port));
    this.#idle = [...this.#connections];
  }

  /** Runs for some seconds; the latencies in milliseconds by worker, and the wrong answers by what was wrong. */
  async run(seconds, perSecond) {
    const names = this.#workers.wellBehaved;
    const result = { latencies: new Map(names.map((name) => [name, []])), errors: new Map(), answers: 0 };
    const began = performance.now();
    const total = Math.round(seconds * perSecond);
    const all = [];
    for (let i = 0; i < total; ) {
      const due = began + (i * 1000) / perSecond;
      if (performance.now() < due) {
        await delay(1);
        continue;
      }
      all.push(this.#ask(names[i % names.length], this.#sent++, due, result));
      i++;
    }
    await Promise.all(all);
    return result;
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }

  async #ask(name, n, due, result) {
    const connection = this.#idle.pop() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
    const oldest = this.#workers.oldest(name);
    let wrong;
    try {
      const { status, body } = await connection.send(`${name}.localhost:${this.#port}`, `/?n=${n}`);
      wrong = status === 200 ? this.#check(JSON.parse(body), name, n, oldest) : `status ${status}`;
    } catch (error) {
      wrong = error.message;
    }
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
    result.answers++;
    if (wrong === undefined) result.latencies.get(name).push(performance.now() - due);
    else result.errors.set(wrong, (result.errors.get(wrong) ?? 0) + 1);
  }

  #check(answer, name, n, oldest) {
    if (answer.worker !== name) return "another worker's answer";
    if (answer.n !== n || answer.sum !== expectedSum(n)) return "another request's answer";
    const newest = this.#workers.newest(name);
    if (!(answer.version >= oldest && answer.version <= newest)) return `version ${answer.version} where ${oldest} to ${newest} may answer`;
    return undefined;
  }
}
