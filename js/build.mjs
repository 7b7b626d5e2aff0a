// Bundles js/main.ts into the one script that the startup snapshot is made from.
//   node js/build.mjs [--out FILE]
import { build } from "esbuild";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string", default: resolve(here, "../artifacts/js/skep.js") } } });

await build({
  entryPoints: [resolve(here, "main.ts")],
  outfile: resolve(values.out),
  inject: [resolve(here, "core/globals.ts")],
  bundle: true,
  format: "iife",
  target: "esnext",
  platform: "neutral",
  // One byte a character: isolates share the source text where it lies (Skep.V8, snapshot.cc).
  charset: "ascii",
  legalComments: "none",
  // Names are observable (`Headers.name`, stack traces) and cost nothing inside a snapshot.
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: false,
  sourcemap: "external",
  sourcesContent: true,
  logLevel: "warning",
});
