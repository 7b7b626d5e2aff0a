import { spawn } from "node:child_process";
import { openSync, closeSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { get } from "./http.js";

const running = new Set();

/** A server under test: its own process group, its output in a log file, ready once it answers 200. */
export class ServerProcess {
  #child;
  #exited;
  #log;

  constructor({ program, args, env = {}, cwd, log }) {
    const output = openSync(log, "w");
    this.#log = log;
    this.startedAt = performance.now();
    this.#child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", output, output],
      detached: true,
    });
    closeSync(output);
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
      this.#child.once("error", (error) => resolve(error.message));
    });
    running.add(this);
  }

  get pid() {
    return this.#child.pid;
  }

  /** Waits for the first 200 at the endpoint; answers with the milliseconds since the process was started. */
  async ready(endpoint, { path = "/", headers, seconds = 60 } = {}) {
    let ended;
    this.#exited.then((how) => (ended = how));
    let last;
    while (performance.now() - this.startedAt < seconds * 1000) {
      if (ended !== undefined) throw new Error(`${this.#child.spawnfile} ended (${ended}) before it was ready\n${this.output()}`);
      try {
        const { status } = await get(endpoint, { path, headers, reuse: false });
        if (status === 200) return performance.now() - this.startedAt;
        last = `status ${status}`;
      } catch (error) {
        last = error.message; // not listening yet
      }
      await delay(1);
    }
    throw new Error(`${this.#child.spawnfile} was not ready within ${seconds} s (${last})\n${this.output()}`);
  }

  output() {
    return readFileSync(this.#log, "utf8").slice(-4000);
  }

  async stop() {
    running.delete(this);
    signalGroup(this.pid, "SIGTERM");
    if ((await Promise.race([this.#exited, delay(5000, "late", { ref: false })])) === "late") {
      signalGroup(this.pid, "SIGKILL");
      await this.#exited;
    }
    signalGroup(this.pid, "SIGKILL"); // whatever of its children outlived it
  }
}

function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Ends every server that is still there, at once: for an interrupted run. */
export function killServers() {
  for (const server of running) signalGroup(server.pid, "SIGKILL");
}

/** A TCP port of 127.0.0.1 that nothing listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
