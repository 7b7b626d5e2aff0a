// Bundles js/main.ts into the one script that the startup snapshot is made from.
//   node js/build.mjs [--out FILE]
import { build } from "esbuild";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chunkModules } from "./build/chunks.mjs";
import { findGlobals, markGlobals } from "./build/globals.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string", default: resolve(here, "../artifacts/js/skep.js") } } });

const common = {
  bundle: true,
  target: "esnext",
  platform: "neutral",
  legalComments: "none",
  sourcesContent: true,
  logLevel: "warning",
};

// First esbuild divides the modules: what main.ts needs at once, and what only an `import("…")` leads to.
const divided = await build({
  ...common,
  entryPoints: { main: resolve(here, "main.ts") },
  outdir: resolve(here, "chunks"),
  inject: [resolve(here, "core/globals.ts")],
  define: await markGlobals(resolve(here, "core/globals.ts")),
  splitting: true,
  format: "esm",
  sourcemap: "inline",
  metafile: true,
  write: false,
});
findGlobals(divided.outputFiles);

// Then it joins them again, the lazy ones as functions in the scope of all others (build/chunks.mjs).
await build({
  ...common,
  stdin: { contents: 'import "./main.js"', resolveDir: here },
  plugins: [chunkModules(divided)],
  outfile: resolve(values.out),
  format: "iife",
  // One byte a character: isolates share the source text where it lies (Skep.V8, snapshot.cc).
  charset: "ascii",
  // Names are observable (`Headers.name`, stack traces) and cost nothing inside a snapshot.
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: false,
  sourcemap: "external",
});
