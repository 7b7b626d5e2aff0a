// `node:*` imports under nodejs_compat are modules of the runtime, not of the bundle.
import { builtinModules } from "node:module";

const names = builtinModules.filter((name) => !name.startsWith("_") && !name.startsWith("node:"));
const alternatives = names.map((name) => name.replaceAll("/", "\\/")).join("|");
const anyBuiltin = new RegExp(`^(?:node:.+|(?:${alternatives})\\/?)$`);


/** The modules that the runtime has: those that js/node/ registers. */
const provided = ["async_hooks"];

/** An esbuild plugin. `enabled` says which built-ins the Worker has enabled: "all", "none" or the name of one. */
export function nodeBuiltinsPlugin(enabled) {
  return {
    name: "skep-node-builtins",
    setup(build) {
      build.onResolve({ filter: anyBuiltin }, (args) => {
        const name = baseName(args.path);
        if (enabled !== "all" && name !== enabled) return null; // esbuild's own error follows, or its leniency for a `require` in a `try`
        const known = provided.includes(name);
        // What a library imports only when it needs it fails only then.
        if (!known && args.kind === "import-statement") return null;
        // `require` cannot reach an ES module of the runtime: go through an import.
        if (args.kind === "require-call") return { path: "node:" + name, namespace: known ? "skep-required-builtin" : "skep-absent-builtin" };
        return { path: "node:" + name, external: true };
      });
      build.onLoad({ filter: /.*/, namespace: "skep-required-builtin" }, ({ path }) => ({
        contents: `import builtin from ${JSON.stringify(path)}; module.exports = builtin;`, loader: "js",
      }));
      build.onLoad({ filter: /.*/, namespace: "skep-absent-builtin" }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`No such module "${path}": ${absence}`)});`, loader: "js",
      }));
    },
  };
}

const baseName = (specifier) => specifier.replace(/^node:/, "").replace(/\/$/, "");

const absence = `of Node.js' modules Skep has ${provided.map((name) => "node:" + name).join(", ")} so far.`;

const unresolved = /^Could not resolve "(.+)"$/;

/** What to say about an unresolved import of a built-in, or null when it is none. */
export function missingBuiltinRemedy(text, enabled) {
  const specifier = unresolved.exec(text)?.[1];
  if (specifier === undefined || !anyBuiltin.test(specifier)) return null;
  if (!provided.includes(baseName(specifier))) {
    return {
      text: `"${specifier}" is a Node.js built-in module, which Skep does not have`,
      remedy: `Map it to a package with "alias" in the configuration, or use a web API: ${absence}`,
    };
  }
  return {
    text: `"${specifier}" is a Node.js built-in module, which this Worker has not enabled`,
    remedy: 'Add "nodejs_compat" to compatibility_flags in the configuration.',
  };
}

/** What to do about another unresolved import, or null. */
export function missingPackageRemedy(text) {
  const specifier = unresolved.exec(text)?.[1];
  if (specifier === undefined || /^[./]/.test(specifier)) return null;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return { remedy: `Install it in the project (npm install ${name}), or map it with "alias" in the configuration.` };
}
