import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { compatibilityDate } from "../compatibility.js";
import { programs } from "../paths.js";
import { ServerProcess, freePort } from "../server-process.js";

export const workerd = {
  program: programs.workerd,
  version: () => execFileSync(programs.workerd, ["--version"], { encoding: "utf8" }).trim().replace(/^workerd /, ""),

  async serve({ workerFile, directory, vars = {} }) {
    const port = await freePort();
    const server = start(directory, [{ name: "main", file: workerFile, address: `127.0.0.1:${port}`, vars }]);
    return { server, endpoint: { port } };
  },

  /** Many workers in one process, each behind a Unix socket of its own: workerd has no routing by host. */
  async serveMany({ workers, directory }) {
    const socket = (name) => join(directory, `${name}.sock`);
    const server = start(directory, workers.map(({ name, file }) => ({ name, file, address: `unix:${socket(name)}`, vars: {} })));
    return { server, endpointOf: (name) => ({ socketPath: socket(name) }) };
  },
};

function start(directory, workers) {
  const config = join(directory, "config.capnp");
  // An absolute path in an "embed" is looked up in import folders, not in the file system.
  const embedded = workers.map((worker) => ({ ...worker, file: relative(directory, worker.file) }));
  writeFileSync(config, configuration(embedded));
  return new ServerProcess({
    program: programs.workerd,
    args: ["serve", basename(config)],
    cwd: directory,
    log: join(directory, "workerd.log"),
  });
}

function configuration(workers) {
  const text = JSON.stringify;
  const services = workers.map(({ name, file, vars }) => {
    const bindings = Object.entries(vars).map(([key, value]) => `(name = ${text(key)}, text = ${text(value)})`);
    return `    (name = ${text(name)}, worker = (
      modules = [(name = "worker.js", esModule = embed ${text(file)})],
      compatibilityDate = ${text(compatibilityDate)},
      bindings = [${bindings.join(", ")}],
      globalOutbound = "loopback")),`;
  });
  const sockets = workers.map(({ name, address }) => `    (name = ${text(name)}, address = ${text(address)}, http = (), service = ${text(name)}),`);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
${services.join("\n")}
    (name = "loopback", network = (allow = ["private"])),
  ],
  sockets = [
${sockets.join("\n")}
  ],
);
`;
}
