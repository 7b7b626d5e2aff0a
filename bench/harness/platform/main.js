// What the whole edge costs over bare serving, and what deployments under load do to requests.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { load as loadRequests } from "../load.js";
import { OpenLoad } from "../open-load.js";
import { ms, summary } from "../open-load-summary.js";
import { skep } from "../runtimes/skep.js";
import { bundleWorkers, freshDirectory } from "../scratch.js";
import { killServers } from "../server-process.js";
import { median, quantile } from "../statistics.js";
import { workloads } from "../workloads.js";
import { DeployedWorkers } from "./deployed-workers.js";
import { PlatformServer } from "./platform-server.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "hello,hono" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    deploys: { type: "string", default: "50" },
    rate: { type: "string", default: "1000" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(`usage: bench/platform [options]
  --only NAMES   workloads (hello,hono)
  --rounds N     of each server in turn (5)
  --seconds N    length of a round (3)
  --deploys N    a minute, for one minute; 0 leaves them out (50)
  --rate N       requests a second meanwhile, at fixed times (1000)`);
  process.exit(0);
}
const [rounds, seconds, deploys, rate] = ["rounds", "seconds", "deploys", "rate"].map((name) => Number(values[name]));
const names = values.only.split(",").filter(Boolean);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => { killServers(); process.exit(1); });

const bundle = bundleWorkers(names.map((name) => workloads[name].worker));
for (const name of names) await compare(name);
if (deploys > 0 && !(await deployUnderLoad())) process.exitCode = 1;

/** The same worker, from a folder and deployed, loaded in turn. */
async function compare(name) {
  const { worker, path, headers = {} } = workloads[name];
  const bare = await skep.serve({ workerFile: bundle(worker), directory: freshDirectory("platform", name, "bare") });
  await bare.server.ready(bare.endpoint, { path, headers });
  const platform = await PlatformServer.start(freshDirectory("platform", name, "serve"));
  await platform.deploy("bench", readFileSync(bundle(worker)));
  await platform.publish("bench");
  const contestants = [
    { title: "folder", pid: bare.server.pid, endpoint: bare.endpoint, results: [] },
    { title: "deployed", pid: platform.pid, endpoint: { port: platform.port, host: "bench.localhost" }, results: [] },
  ];
  const run = ({ pid, endpoint }, length) => loadRequests({ pid, endpoint, path, headers, connections: 64, seconds: length });
  for (const contestant of contestants) await run(contestant, 4);
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const result = await run(contestant, seconds);
      if (result.failed > 0) throw new Error(`${name} ${contestant.title}: ${result.failed} of ${result.requests} requests failed`);
      contestant.results.push(result);
    }
  }

  const [folder, deployed] = contestants.map(({ results }) => results);
  const ratio = (figure) => median(deployed.map((result, i) => result[figure] / folder[i][figure]));
  for (const { title, results } of contestants) {
    console.log(`${name} ${title}: ${Math.round(median(results.map((result) => result.requestsPerSecond)))} requests/s, ${median(results.map((result) => result.cpuMicroseconds)).toFixed(1)} µs CPU, p99 ${ms(median(results.map((result) => result.p99)))}`);
  }
  console.log(`${name}: deployed / folder ${ratio("requestsPerSecond").toFixed(2)} requests/s, ${ratio("cpuMicroseconds").toFixed(2)} CPU`);
  await Promise.all([bare.server.stop(), platform.stop()]);
}

/** Every answer must be one of a version that was in service when it was asked for, or of a later one. */
async function deployUnderLoad() {
  const server = await PlatformServer.start(freshDirectory("platform", "deploys"));
  const workers = new DeployedWorkers(server);
  await workers.deployAll();
  const load = new OpenLoad(workers, server.port, 64);
  await load.run(5, rate);
  const [calm] = say("quiet", await load.run(20, rate));

  const took = [];
  const failures = [];
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(() => workers.change(took.length)).then((time) => took.push(time), (error) => failures.push(error.message));
  }, 60_000 / deploys);
  const [storm, right] = say("deploying", await load.run(60, rate));
  clearInterval(timer);
  await last;
  console.log(`${took.length} deployments, p50 ${ms(quantile(took, 0.5))}, slowest ${ms(Math.max(...took))} from the upload's first byte to "in service"; p99 of requests ${(storm.p99 / calm.p99).toFixed(1)} × quiet`);
  for (const failure of failures) console.log(`  FAILED: ${failure}`);
  load.close();
  await server.stop();
  return right && failures.length === 0;
}

function say(title, result) {
  const { figures, lines } = summary(title, result);
  for (const line of lines) console.log(line);
  return [figures, result.errors.size === 0];
}
