import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compatibilityDate } from "../compatibility.js";
import { programs, repository } from "../paths.js";
import { ServerProcess, freePort } from "../server-process.js";

export const skep = {
  program: programs.skep,
  version: () => execFileSync("git", ["-C", repository, "describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),

  async serve({ workerFile, directory, vars = {} }) {
    const folder = join(directory, "workers");
    addProject(join(folder, "bench"), { name: "bench", file: workerFile, vars });
    const { server, endpointOf } = await start(folder, directory);
    return { server, endpoint: endpointOf("bench") };
  },

  async serveMany({ workers, directory }) {
    const folder = join(directory, "workers");
    mkdirSync(folder, { recursive: true });
    for (const { name, file } of workers) copyFileSync(file, join(folder, `${name}.js`));
    return start(folder, directory);
  },
};

function addProject(folder, { name, file, vars }) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, "worker.js"));
  // Bundled once already: bundling it again, as wrangler does, would add what the peers do not run (`keepNames`).
  const config = { name, main: "worker.js", no_bundle: true, compatibility_date: compatibilityDate, vars };
  writeFileSync(join(folder, "wrangler.json"), JSON.stringify(config, null, 2));
}

async function start(folder, directory) {
  const port = await freePort();
  const server = new ServerProcess({
    program: programs.skep,
    args: ["serve", "--workers", folder, "--port", String(port)],
    log: join(directory, "skep.log"),
  });
  return { server, endpointOf: (name) => ({ port, host: `${name}.localhost` }) };
}
