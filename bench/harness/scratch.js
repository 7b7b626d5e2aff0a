import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bench, programs, scratch } from "./paths.js";

/** A new, empty folder below artifacts/bench. */
export function freshDirectory(...names) {
  const directory = join(scratch, ...names);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** One self-contained file per worker, the same for every runtime; answers with the path by the worker's name. */
export function bundleWorkers(names) {
  const directory = freshDirectory("bundles");
  execFileSync(programs.esbuild, [
    ...names.map((name) => join(bench, "workers", `${name}.js`)),
    ...["--bundle", "--format=esm", "--target=es2024", "--conditions=workerd,worker,browser", "--log-level=warning"],
    `--outdir=${directory}`,
  ]);
  return (name) => join(directory, `${name}.js`);
}
