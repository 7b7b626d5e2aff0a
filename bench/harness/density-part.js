import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { get } from "./http.js";
import { memory } from "./process-tree.js";
import { freshDirectory } from "./scratch.js";
import { spread } from "./statistics.js";

// With a process per worker every further one costs the same, so ten tell as much as a thousand would.
const processesAtMost = 10;

// Between two first requests this long nothing happens, so that a pool of warm isolates can fill again.
const pause = 50;
const pausedWorkers = 40;

/**
 * Many distinct workers: the memory that they take, and what the first request to each one costs. Answers
 * {runtime: {counts: [...], paused?} | {error}}.
 */
export async function measureDensity({ runtimes, counts, say }) {
  const results = {};
  for (const [name, runtime] of Object.entries(runtimes)) {
    try {
      results[name] = await measureRuntime(name, runtime, counts, say);
    } catch (error) {
      results[name] = { error: error.message };
      say(`density ${name}: FAILED ${error.message}`);
    }
  }
  return results;
}

async function measureRuntime(name, runtime, counts, say) {
  const result = { shared: runtime.serveMany !== undefined, counts: [] };
  const feasible = result.shared ? counts : [...new Set(counts.map((n) => Math.min(n, processesAtMost)))];
  for (const count of feasible) {
    const measured = await withWorkers(name, runtime, count, (fleet) => firstAndSecondResponses(fleet));
    result.counts.push({ count, ...measured });
    say(`density ${name} ${count}: ${(measured.private / 2 ** 20).toFixed(1)} MB private, first response ${measured.first.p50.toFixed(2)} ms`);
  }
  if (result.shared) {
    result.paused = await withWorkers(name, runtime, pausedWorkers, (fleet) => firstAndSecondResponses(fleet, pause));
  }
  return result;
}

/** Starts `count` distinct workers, in one process where the runtime can, and stops them after `use`. */
async function withWorkers(name, runtime, count, use) {
  const sources = freshDirectory("density", name, "sources");
  const workers = Array.from({ length: count }, (_, i) => {
    const worker = `w${String(i).padStart(4, "0")}`;
    const file = join(sources, `${worker}.js`);
    writeFileSync(file, `const name = "${worker}";\nexport default {\n  fetch() {\n    return new Response(name);\n  },\n};\n`);
    return { name: worker, file };
  });

  const fleet = await (runtime.serveMany ? inOneProcess : inProcesses)(runtime, workers, name);
  try {
    return await use(fleet);
  } finally {
    await Promise.all(fleet.servers.map((server) => server.stop()));
  }
}

async function inOneProcess(runtime, workers, name) {
  const { server, endpointOf } = await runtime.serveMany({ workers, directory: freshDirectory("density", name, "run") });
  const members = workers.map(({ name }) => ({ name, endpoint: endpointOf(name) }));
  try {
    const boot = await server.ready(members[0].endpoint);
    return { servers: [server], members, boot };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function inProcesses(runtime, workers, name) {
  const servers = [];
  const members = [];
  for (const worker of workers) {
    const directory = freshDirectory("density", name, worker.name);
    const { server, endpoint } = await runtime.serve({ workerFile: worker.file, directory });
    servers.push(server);
    members.push({ name: worker.name, endpoint });
    await server.ready(endpoint);
  }
  return { servers, members };
}

/** The first worker has answered while the server was awaited, so the times are those of the others. */
async function firstAndSecondResponses({ servers, members, boot }, between = 0) {
  const others = members.length > 1 ? members.slice(1) : members;
  const first = await respond(others, between);
  const again = await respond(others, between); // a pause costs something by itself: caches go cold
  await delay(500); // what was under way in the background
  const used = servers.map(({ pid }) => memory(pid));
  return {
    boot,
    first: spread(first),
    again: spread(again),
    private: used.reduce((sum, each) => sum + each.private, 0),
    resident: used.reduce((sum, each) => sum + each.resident, 0),
  };
}

async function respond(members, between) {
  const times = [];
  for (const { name, endpoint } of members) {
    if (between > 0) await delay(between);
    const started = performance.now();
    const { status, body } = await get(endpoint, { reuse: false });
    times.push(performance.now() - started);
    assert.equal(`${status} ${body}`, `200 ${name}`);
  }
  return times;
}
