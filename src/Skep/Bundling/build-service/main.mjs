// The build service: a child process of `skep` that bundles Workers projects with esbuild and parses TOML. It speaks JSON
// lines over stdio: a request `{id, op, …}` is answered by one reply `{id, ok, result | error}`. It lives as long as its
// standard input, and keeps an esbuild context for each project so that a rebuild costs only what changed.
import { createInterface } from "node:readline";
import { Project } from "./project.mjs";
import { parseToml } from "./toml.mjs";

const projects = new Map();

const operations = {
  async build({ key, options }) {
    const known = projects.get(key);
    if (known?.accepts(options)) return known.build();
    await known?.dispose();
    const project = new Project(options);
    projects.set(key, project);
    return project.build();
  },

  async forget({ key }) {
    const known = projects.get(key);
    projects.delete(key);
    await known?.dispose();
    return {};
  },

  toml: ({ text }) => parseToml(text),
};

// One project's builds run one after the other (its context has state); different projects overlap.
const queues = new Map();

createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const request = JSON.parse(line);
  const queue = request.key ?? request.id;
  const turn = (queues.get(queue) ?? Promise.resolve()).then(() => answer(request));
  queues.set(queue, turn);
  turn.then(() => queues.get(queue) === turn && queues.delete(queue));
}).on("close", () => process.exit(0));

async function answer(request) {
  try {
    const result = await operations[request.op](request);
    reply({ id: request.id, ok: true, result });
  } catch (error) {
    reply({ id: request.id, ok: false, error: error?.stack ?? String(error) });
  }
}

function reply(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}
