// Module rules: which imports become modules of their own (text, bytes, WebAssembly, JavaScript that is not bundled).
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { globToRegExp } from "./globs.mjs";

const defaults = [
  { type: "Text", globs: ["**/*.txt", "**/*.html", "**/*.sql"] },
  { type: "Data", globs: ["**/*.bin"] },
  { type: "CompiledWasm", globs: ["**/*.wasm", "**/*.wasm?module"] },
];

const neverWalked = new Set(["node_modules", ".git", ".wrangler"]);

export const isJavaScript = (rule) => rule.type === "ESModule" || rule.type === "CommonJS";

/** The rules in force, the user's first: a later rule of a type counts only when all before it say `fallthrough`. */
export function effectiveRules(userRules) {
  const closed = new Set();
  const inForce = [], ignored = [];
  for (const rule of [...userRules, ...defaults]) {
    const entry = { ...rule, patterns: rule.globs.map(globToRegExp) };
    (closed.has(rule.type) ? ignored : inForce).push(entry);
    if (rule.fallthrough !== true) closed.add(rule.type);
  }
  return { inForce, ignored };
}

const ruleFor = (rules, name) => rules.find((rule) => rule.patterns.some((pattern) => pattern.test(name)));

/** Every file under `root` that a rule names, as `{name, file, type}`; `entry` itself is left out. */
export async function findModules(root, rules, entry) {
  const found = [];
  for (const file of await walk(root)) {
    if (file === entry) continue;
    const name = path.relative(root, file).replaceAll(path.sep, "/");
    const rule = ruleFor(rules, name);
    if (rule) found.push({ name, file, type: rule.type });
  }
  return found;
}

async function walk(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.filter((entry) => !neverWalked.has(entry.name)).map((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? walk(full) : [full];
  });
  return (await Promise.all(nested)).flat();
}

/** An esbuild plugin that takes imports matching a rule out of the bundle and collects them in `collected`. */
export function moduleRulesPlugin({ rules, ignored, additional, collected, inline, preserveNames }) {
  return {
    name: "skep-module-rules",
    setup(build) {
      const separate = rules.filter((rule) => !isJavaScript(rule));
      const additionalNames = new Map(additional.map((module) => [module.file, module.name]));

      if (additional.length > 0) {
        build.onResolve({ filter: /^\.{1,2}\// }, (args) => {
          const name = additionalNames.get(path.resolve(args.resolveDir, args.path));
          return name === undefined ? null : { path: "./" + name, external: true };
        });
      }

      for (const rule of separate) {
        for (const filter of rule.patterns) {
          build.onResolve({ filter }, async (args) => {
            if (args.pluginData === inRule) return null;
            const specifier = args.path.replace(/\?.*$/, "");
            const resolved = await build.resolve(specifier, {
              kind: args.kind, importer: args.importer, resolveDir: args.resolveDir, pluginData: inRule,
            });
            if (resolved.errors.length > 0) {
              // `import "x.txt"` without `./` means a file beside the importer when no package has it.
              const beside = await build.resolve("./" + specifier, {
                kind: args.kind, importer: args.importer, resolveDir: args.resolveDir, pluginData: inRule,
              });
              if (beside.errors.length > 0) return { errors: resolved.errors };
              resolved.path = beside.path;
            }
            const file = resolved.path;
            if (inline) return { path: file, namespace: `skep-${rule.type}`, watchFiles: [file] };
            const content = await readFile(file);
            const hash = createHash("sha256").update(content).digest("hex").slice(0, 20);
            const name = preserveNames ? specifier.replace(/^\.\//, "") : `${hash}-${path.basename(file)}`;
            collected.set(name, { name, file, type: rule.type, content });
            return { path: "./" + name, external: true, watchFiles: [file] };
          });
        }
      }

      for (const rule of ignored) {
        for (const filter of rule.patterns) {
          build.onResolve({ filter }, (args) => rules.some((used) => used.patterns.some((p) => p.test(args.path))) ? null : {
            errors: [{
              text: `"${args.path}" matches a module rule of type ${rule.type} that is ignored, because an earlier rule of that type has no "fallthrough": true`,
            }],
          });
        }
      }

      // A classic script can import nothing: what it names becomes part of it.
      build.onLoad({ filter: /.*/, namespace: "skep-Text" }, async ({ path: file }) => ({
        contents: await readFile(file, "utf8"), loader: "text",
      }));
      build.onLoad({ filter: /.*/, namespace: "skep-Data" }, async ({ path: file }) => ({
        contents: `export default Uint8Array.from(atob(${JSON.stringify((await readFile(file)).toString("base64"))}), (c) => c.charCodeAt(0)).buffer;`,
      }));
      build.onLoad({ filter: /.*/, namespace: "skep-CompiledWasm" }, ({ path: file }) => ({
        errors: [{
          text: `${path.basename(file)} is WebAssembly, which a Worker in service-worker syntax cannot import`,
          notes: [{ text: "Use module syntax: export default { fetch(request) { … } }" }],
        }],
      }));
    },
  };
}

const inRule = Symbol("resolving for a module rule");
