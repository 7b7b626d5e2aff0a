import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const bench = dirname(dirname(fileURLToPath(import.meta.url)));
export const repository = dirname(bench);

/** Everything a run writes, except its results. */
export const scratch = join(repository, "artifacts", "bench");

export const programs = {
  skep: process.env.SKEP_BIN ?? join(repository, "skep"),
  node: process.execPath,
  workerd: join(bench, "node_modules/@cloudflare/workerd-linux-64/bin/workerd"),
  deno: join(bench, "node_modules/@deno/linux-x64-glibc/deno"),
  bun: join(bench, "node_modules/@oven/bun-linux-x64/bin/bun"),
  esbuild: join(repository, "node_modules/.bin/esbuild"),
};
