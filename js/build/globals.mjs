// The layer uses no global but by core/globals.ts and core/primordials.ts, which capture them while the snapshot is made: code
// that runs later would find what the worker put in their place.
import { readFile } from "node:fs/promises";

const mark = "__global_";
const allowed = new Set(["globalThis", "undefined", "NaN", "Infinity"]);

/** esbuild definitions that rename every free use of a global that `captures` does not export. */
export async function markGlobals(captures) {
  const captured = new Set((await readFile(captures, "utf8")).matchAll(/^export const (\w+)/gm).map((match) => match[1]));
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !captured.has(name) && !allowed.has(name));
  return Object.fromEntries(names.map((name) => [name, mark + name]));
}

/** Fails when such a use is left in the outputs. */
export function findGlobals(outputs) {
  const used = new Set(outputs.flatMap(({ text }) => [...text.matchAll(/\b__global_(\w+)/g)].map((match) => match[1])));
  if (used.size > 0) {
    throw new Error(`The layer uses globals that are not captured: ${[...used].join(", ")}. Capture them in js/core/globals.ts or primordials.ts.`);
  }
}
