import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "./paths.js";

/** Keeps a run as DATE-MACHINE.json and .md; a later run of the same day replaces it. */
export function keep(results, markdown, out = join(bench, "results"), say) {
  if (out === "none") return;
  const machine = results.machine.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const base = join(out, `${results.date.slice(0, 10)}-${machine}`);
  mkdirSync(out, { recursive: true });
  writeFileSync(`${base}.json`, JSON.stringify(results, rounded, 1) + "\n");
  writeFileSync(`${base}.md`, markdown + "\n");
  say(`kept as ${base}.{json,md}`);
}

/** Four significant digits are more than the measurement has; whole numbers stay exact. */
function rounded(_key, value) {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
