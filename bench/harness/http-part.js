import { join } from "node:path";
import { get } from "./http.js";
import { load as loadRequests } from "./load.js";
import { programs } from "./paths.js";
import { bundleWorkers, freshDirectory } from "./scratch.js";
import { ServerProcess, freePort } from "./server-process.js";
import { loadSockets } from "./socket-load.js";
import { check, workloads } from "./workloads.js";

/**
 * Every workload on every runtime: servers are started side by side and loaded one after the other, round by round, so
 * that a disturbance of the machine falls on all of them. Answers {workload: {runtime: {rounds} | {error}}}.
 */
export async function measureHttp({ names, runtimes, rounds, seconds, connections, say }) {
  const bundle = bundleWorkers([...new Set(names.map((name) => workloads[name].worker))]);
  const origin = names.some((name) => workloads[name].origin) ? await startOrigin() : undefined;
  const results = {};
  for (const name of names) {
    results[name] = await measureWorkload(name, { runtimes, bundle, origin, rounds, seconds, connections, say });
  }
  await origin?.server.stop();
  return results;
}

async function startOrigin() {
  const port = await freePort();
  const directory = freshDirectory("origin");
  const server = new ServerProcess({
    program: programs.bun,
    args: [join(import.meta.dirname, "../origin.js"), String(port)],
    log: join(directory, "origin.log"),
  });
  await server.ready({ port });
  return { server, url: `http://127.0.0.1:${port}` };
}

async function measureWorkload(name, { runtimes, bundle, origin, rounds, seconds, connections, say }) {
  const workload = workloads[name];
  const { path, headers = {}, without = [] } = workload;
  connections = workload.connections ?? connections;
  const load = workload.socket ? loadSockets : loadRequests;
  const contestants = [];
  const results = {};

  const fail = async (contestant, error) => {
    results[contestant.runtime] = { error: error.message };
    say(`${name} ${contestant.runtime}: FAILED ${error.message}`);
    await contestant.server?.stop();
  };

  for (const [runtime, { serve }] of Object.entries(runtimes)) {
    if (without.includes(runtime)) continue;
    const contestant = { runtime, rounds: [] };
    try {
      const directory = freshDirectory("http", name, runtime);
      const vars = workload.origin ? { ORIGIN: origin.url } : {};
      Object.assign(contestant, await serve({ workerFile: bundle(workload.worker), directory, vars }));
      const { server, endpoint } = contestant;
      await server.ready(endpoint, { path, headers });
      for (let i = 0; i < 3; i++) check(workload, await get(endpoint, { path, headers }));
      await load({ pid: server.pid, endpoint, path, headers, connections, seconds: 4 }); // the tiers of every JIT settle within it
      contestants.push(contestant);
    } catch (error) {
      await fail(contestant, error);
    }
  }

  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants.filter(({ runtime }) => !results[runtime])) {
      try {
        const { server, endpoint } = contestant;
        const figures = await load({ pid: server.pid, endpoint, path, headers, connections, seconds });
        if (figures.requests === 0) throw new Error("no request was answered");
        if (figures.failed > 0) throw new Error(`${figures.failed} of ${figures.requests} requests failed`);
        check(workload, await get(endpoint, { path, headers }));
        contestant.rounds.push(figures);
        say(`${name} ${contestant.runtime} ${round + 1}/${rounds}: ${Math.round(figures.requestsPerSecond)} requests/s, ${figures.cpuMicroseconds.toFixed(1)} µs CPU`);
      } catch (error) {
        await fail(contestant, error);
      }
    }
  }

  for (const contestant of contestants.filter(({ runtime }) => !results[runtime])) {
    results[contestant.runtime] = { rounds: contestant.rounds };
    await contestant.server.stop();
  }
  return results;
}
