// Fifty workers in one process: a quiet run, then one while one loops, one eats memory and three are replaced, again and again.
import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { programs } from "../paths.js";
import { freshDirectory } from "../scratch.js";
import { ServerProcess, freePort, killServers } from "../server-process.js";
import { summary } from "../open-load-summary.js";
import { observe, follow } from "./observation.js";
import { OpenLoad } from "../open-load.js";
import { ClosedLoad } from "./closed-load.js";
import { Offence } from "./offence.js";
import { ChaosWorkers } from "./workers.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    quiet: { type: "string", default: "20" },
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "1000" },
    connections: { type: "string", default: "256" },
    load: { type: "string", default: "wrk,fixed" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(`usage: bench/chaos [options]
  --rounds N        quiet run and chaos, in one process (3)
  --quiet SECONDS   (20)
  --seconds N       length of the chaos (60)
  --connections N   all of them, the offenders' included (256)
  --load NAMES      wrk: as many requests as are answered; fixed: requests at fixed times (wrk,fixed)
  --rate N          fixed: requests a second (1000)`);
  process.exit(0);
}
const [rounds, quiet, seconds, rate, connections] = ["rounds", "quiet", "seconds", "rate", "connections"].map((name) => Number(values[name]));
const loads = {
  wrk: (title, seconds) => closed.run(title, seconds),
  fixed: async (title, seconds) => summary(title, await open.run(seconds, rate)),
};
const kinds = values.load.split(",");
if (!kinds.every((kind) => kind in loads)) throw new Error(`--load is one of ${Object.keys(loads).join(", ")}, or several with commas between them, not ${values.load}`);
const offending = 8;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => { killServers(); process.exit(1); });

const directory = freshDirectory("chaos");
const folder = join(directory, "workers");
mkdirSync(folder, { recursive: true });
const workers = new ChaosWorkers(folder);
const port = await freePort();
const server = new ServerProcess({
  program: programs.skep,
  args: ["serve", "--workers", folder, "--port", String(port), "--log-level", "none"],
  log: join(directory, "skep.log"),
});
await server.ready({ port, host: "good0.localhost" });
const open = new OpenLoad(workers, port, connections - 2 * offending);
const closed = new ClosedLoad(workers, port, connections - 2 * offending);
let failed = false;

for (const kind of kinds) {
  await measure(kind, "start", 7); // every worker is started, hot code is compiled
  for (let round = 1; round <= rounds; round++) await chaos(kind, `round ${round}`);
}

open.close();
const began = performance.now();
await server.stop();
console.log(`ended ${((performance.now() - began) / 1000).toFixed(1)} s after SIGTERM`);
process.exit(failed ? 1 : 0);

async function chaos(kind, title) {
  const calm = await measure(kind, `${title}, quiet`, quiet);
  const stopFollowing = follow(server.pid);
  const offences = workers.offenders.map((name) => new Offence(name, port, offending));
  let turn = 0;
  const changes = setInterval(() => workers.change(turn++), 300);
  const storm = await measure(kind, `${title}, chaos`, seconds);
  clearInterval(changes);
  await Promise.all(offences.map((offence) => offence.stop()));
  const most = stopFollowing();
  workers.offenders.forEach((name, i) => console.log(`  ${name}: ${[...offences[i].answers].map(([what, count]) => `${count} × ${what}`).join(", ") || "no answer yet"}`));
  const ratio = (figure) => `${(storm[figure] / calm[figure]).toFixed(1)} × quiet`;
  console.log(`  ${turn} replacements; p99 ${ratio("p99")}${calm.worst ? `, worst worker ${ratio("worst")}` : ""}; most: ${describe(most)}`);
  await delay(10_000); // idle isolates give their garbage back after two seconds
  console.log(`  ten seconds later: ${describe(observe(server.pid))}`);
}

async function measure(kind, title, duration) {
  const { figures, lines, wrong } = await loads[kind](`${kind}, ${title}`, duration);
  for (const line of lines) console.log(line);
  failed ||= wrong > 0;
  return figures;
}

function describe({ megabytes, threads, descriptors, mappings }) {
  return `${megabytes} MB, ${threads} threads, ${descriptors} descriptors, ${mappings} mappings`;
}
