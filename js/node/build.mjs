// Makes the library of node:* modules: js/node/lib, and what that needs of Node.js' own JavaScript, which the pinned engine
// (an npm package, MIT) carries inside it. A file in lib/ takes the place of Node.js' own of the same name.
//   node js/node/build.mjs [--out FILE]
import { transform } from "esbuild";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { publicModules } from "./modules.ts";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string", default: resolve(here, "../../artifacts/js/skep.nodelib") } } });

process.noDeprecation = true;
const nodeSources = process.binding("natives");

const ours = new Map();
for (const entry of await readdir(join(here, "lib"), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".ts") || entry.name.endsWith(".d.ts")) continue;
  const file = join(entry.parentPath, entry.name);
  ours.set(relative(join(here, "lib"), file).replaceAll("\\", "/").replace(/\.ts$/, ""), file);
}

const generated = new Map([
  ["binding/constants", `module.exports = ${JSON.stringify(process.binding("constants"))}; Object.freeze(module.exports.zlib);`],
  ["binding/uv", `const map = new Map(${JSON.stringify(systemErrors())});
const exports_ = { getErrorMap: () => map, errname: (code) => map.get(code)?.[0] ?? \`Unknown system error \${code}\`, getErrorMessage: (code) => map.get(code)?.[1] };
for (const [code, [name]] of map) exports_["UV_" + name] = code;
module.exports = exports_;`],
]);

// Where Node.js' own text cannot be used as it is. [what, instead]
const edits = new Map([
  // V8 makes the first line of a stack from the message that the constructor was given.
  ["internal/errors", ["super();\n          ObjectDefineProperty(this, 'message', {", "super(getMessage(key, [...args], {}));\n          ObjectDefineProperty(this, 'message', {"]],
  // It shows a failed assertion's expression from the source file, which a worker does not have: the value it is then, as in Workers.
  ["internal/assert/utils", ["messageArgs = [getErrMessage(fn)];", "messageArgs = [];"]],
]);

function edited(id, source) {
  const edit = edits.get(id);
  if (edit === undefined) return source;
  const [what, instead] = edit;
  if (!source.includes(what)) throw new Error(`${id} does not say "${what}" any more`);
  return source.replace(what, instead);
}

function systemErrors() {
  return [...process.getBuiltinModule("util").getSystemErrorMap()];
}

// Required in places that are never reached here; whoever does get there is told that the module does not exist.
const leftOut = /^(?:internal\/(?:deps\/(?:amaro|undici|acorn|cjs)|modules|vm|worker$|worker\/io|child_process|readline|repl|inspector|cluster|test|console|tls|http2|http$|quic|policy|dns|freeze|main|vfs|zip|process\/(?:pre|promises|signal|permission)|crypto\/(?:web|kem|argon2)|watch|source_map\/(?:source|prep)|dgram|socket|net|streams\/(?:iter|fast)|per_context\/(?:dom|mess))|_|net|tls|http|dgram|dns|child_process|cluster|repl|readline|vm$|v8$|worker_threads|inspector|tty|fs)/;

const minify = { charset: "ascii", minifyWhitespace: true, legalComments: "none", target: "esnext" };

async function compile(id) {
  const file = ours.get(id);
  if (file !== undefined) {
    const { code } = await transform(await readFile(file, "utf8"), { ...minify, loader: "ts", format: "cjs", sourcefile: file });
    return code.replaceAll('require("lib:', 'require("');
  }
  const source = generated.get(id) ?? nodeSources[id];
  if (typeof source !== "string") return undefined;
  // Functions' texts are observable in stack traces only; names stay.
  const { code } = await transform(`(function(){${edited(id, source)}\n})`, { ...minify, loader: "js" });
  return code.slice(code.indexOf("{") + 1, code.lastIndexOf("}"));
}

const modules = new Map();
const waiting = ["internal/per_context/primordials", ...publicModules, ...ours.keys(), ...generated.keys()];
const missing = new Set();
while (waiting.length > 0) {
  const id = waiting.pop();
  if (modules.has(id) || missing.has(id)) continue;
  if (leftOut.test(id) && !ours.has(id)) {
    missing.add(id);
    continue;
  }
  const code = await compile(id);
  if (code === undefined) {
    missing.add(id);
    continue;
  }
  modules.set(id, code);
  // Names stand in calls of `require`, and of functions that require later.
  for (const [, , name] of code.matchAll(/(["'`])(internal\/[\w/.-]+|[a-z]\w*(?:\/\w+)?)\1/g)) {
    if (name in nodeSources && (name.includes("/") || code.includes(`require("${name}")`))) waiting.push(name);
  }
}

const absent = publicModules.filter((id) => missing.has(id));
if (absent.length > 0) throw new Error(`There is no source for ${absent.join(", ")}`);

const ids = [...modules.keys()].sort();
const output = resolve(values.out);
await mkdir(dirname(output), { recursive: true });
await writeFile(output + ".new", JSON.stringify(Object.fromEntries(ids.map((id) => [id, modules.get(id).length]))) + "\n" + ids.map((id) => modules.get(id)).join(""), "latin1");
await rename(output + ".new", output);
