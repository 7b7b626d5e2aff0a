// Lazy modules. esbuild has divided the layer into chunks; those that the main one does not import are turned into
// functions, each evaluated by its first caller, and `() => import("…")` of one into that function. As the functions
// stand in the scope of the eager code, whatever they use of it (the captured built-ins above all) they refer to directly.
import { basename } from "node:path";

const importStatement = /^import (?:\{([^}]*)\} from )?"\.\/([^"]+)";\n/gm;
const exportStatement = /^export \{([^}]*)\};\n/m;
const lazyImport = /\(\) => import\("\.\/([^"]+)"\)/g;
const dynamicImport = /\bimport\(/;

/** The plugin that gives esbuild the chunks of an earlier build of its own as modules. */
export function chunkModules({ metafile, outputFiles }) {
  const chunks = new Map(outputFiles.map((file) => [basename(file.path), file.text]));
  const described = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const eager = new Set();
  collectEager("main.js", described, eager);
  refuseEagerEntries(described, eager);
  return {
    name: "chunks",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path }) => ({ path: basename(path), namespace: "chunk" }));
      onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => {
        const text = eager.has(path) ? withLoaders(chunks.get(path)) : toFunction(chunks.get(path), eager);
        return { contents: text, loader: "js" };
      });
    },
  };
}

function collectEager(name, described, eager) {
  if (eager.has(name)) return;
  eager.add(name);
  for (const { path, kind } of described.get(name).imports) {
    if (kind === "import-statement") collectEager(basename(path), described, eager);
  }
}

// A module that is asked for lazily and imported by eager code as well is never lazy: somebody believes something else.
function refuseEagerEntries(described, eager) {
  for (const { entryPoint } of described.values()) {
    for (const name of eager) {
      if (name !== "main.js" && entryPoint !== undefined && entryPoint in described.get(name).inputs) {
        throw new Error(`${entryPoint} is loaded lazily by one module and imported directly by code that is always evaluated.`);
      }
    }
  }
}

const loaderOf = (chunk) => `load_${chunk.replace(/\W/g, "_")}`;

/** Replaces `() => import("./x.js")` by the chunk's function. */
function withLoaders(text) {
  const imports = new Set();
  const body = text.replace(lazyImport, (_, chunk) => {
    imports.add(`import { load as ${loaderOf(chunk)} } from "./${chunk}";\n`);
    return loaderOf(chunk);
  });
  if (dynamicImport.test(body)) throw new Error("import(…) is only for lazy(() => import(…)).");
  return [...imports].join("") + body;
}

function toFunction(text, eager) {
  let hoisted = "";
  let needed = "";
  const loaders = [];
  const body = withLoaders(text)
    .replace(importStatement, (statement, names, chunk) => {
      if (eager.has(chunk) || names?.trim().startsWith("load as ")) {
        hoisted += statement;
      } else {
        const loader = loaderOf(chunk);
        loaders.push(loader);
        hoisted += `import { load as ${loader} } from "./${chunk}";\n`;
        needed += `const {${(names ?? "").replaceAll(" as ", ": ")}} = ${loader}(false);\n`;
      }
      return "";
    });
  const exported = exportStatement.exec(body)?.[1] ?? "";
  const properties = exported.split(",").map((each) => each.trim()).filter(Boolean).map((each) => {
    const [local, name = local] = each.split(" as ");
    return `${name}: ${local}`;
  });
  const own = body.replace(exportStatement, "").replace(/^\/\/.*$/gm, "").trim();
  // A module that only exports what others declare counts as evaluated as soon as one of them is.
  const untouched = own === "" ? `!(${loaders.map((loader) => `${loader}(true)`).join(" || ")})` : "true";
  // Kept only when the evaluation came to its end: code near its stack or time limit may break it off.
  return `${hoisted}
let exports;
export function load(peek) {
if (exports !== undefined || peek && ${untouched}) return exports;
${needed}${body.replace(exportStatement, "")}
return exports = {__proto__: null, ${properties.join(", ")}};
}
`;
}
