import { existsSync } from "node:fs";
import { measureDensity } from "./density-part.js";
import { measureHttp } from "./http-part.js";
import { measureIdle } from "./idle-part.js";
import { describeMachine, wrkVersion } from "./machine.js";
import { readOptions } from "./options.js";
import { toMarkdown } from "./report.js";
import { keep } from "./results.js";
import { runtimes as allRuntimes } from "./runtimes/index.js";
import { killServers } from "./server-process.js";
import { measureProcessStart } from "./start-part.js";

const say = (line) => console.error(line);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    killServers();
    process.exit(130);
  });
}

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  say(`bench: ${error.message}\nbench/run --help lists the options`);
  process.exit(2);
}
if (options.help) {
  console.log(options.help);
  process.exit(0);
}

const runtimes = Object.fromEntries(options.runtimes.filter(isThere).map((name) => [name, allRuntimes[name]]));
const { workloads: names, rounds, seconds, connections } = options;
const results = {
  date: new Date().toISOString(),
  note: options.note,
  machine: describeMachine(),
  versions: { ...Object.fromEntries(Object.entries(complete(runtimes)).map(([name, { version }]) => [name, version()])), wrk: wrkVersion() },
  settings: { rounds, seconds, connections },
};
try {
  if (names.length > 0) results.http = await measureHttp({ names, runtimes: complete(runtimes), rounds, seconds, connections, say });
  if (options.start) results.start = await measureProcessStart({ runtimes, rounds: Math.max(rounds, 5), say });
  if (options.idle > 0) results.idle = await measureIdle({ runtimes: complete(runtimes), count: options.idle, say });
  if (options.density) results.density = await measureDensity({ runtimes, counts: options.workers, say });
} catch (error) {
  killServers();
  throw error;
}

const markdown = toMarkdown(results);
console.log(markdown);
keep(results, markdown, options.out, say);
if (failures(results)) process.exitCode = 1;

function isThere(name) {
  if (existsSync(allRuntimes[name].program)) return true;
  const message = `bench: ${allRuntimes[name].program} is not there`;
  if (options.runtimesNamed) {
    say(message);
    process.exit(2);
  }
  say(`${message}; ${name} is left out`);
  return false;
}

function complete(runtimes) {
  return Object.fromEntries(Object.entries(runtimes).filter(([, { complete = true }]) => complete));
}

function failures({ http = {}, start = {}, density = {}, idle = {} }) {
  return [...Object.values(http), start, density, idle].some((byRuntime) => Object.values(byRuntime).some(({ error }) => error));
}
