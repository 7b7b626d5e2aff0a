import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { bench, programs } from "../paths.js";
import { ServerProcess, freePort } from "../server-process.js";

/** A runtime whose process serves one worker, through a file of bench/adapters. */
export function processPerWorker(name, { adapter = name, args = [], env = {}, ...rest } = {}) {
  const program = programs[name];
  return {
    program,
    ...rest,
    version: () => execFileSync(program, ["--version"], { encoding: "utf8" }).match(/\d+\.\d+\.\d+\S*/)[0],
    async serve({ workerFile, directory, vars = {} }) {
      const port = await freePort();
      const server = new ServerProcess({
        program,
        args: [...args, join(bench, "adapters", `${adapter}.js`), workerFile, String(port)],
        env: { ...env, ...vars },
        log: join(directory, `${name}.log`),
      });
      return { server, endpoint: { port } };
    },
  };
}
