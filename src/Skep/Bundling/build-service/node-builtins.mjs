// `node:*` imports, as wrangler bundles them: with nodejs_compat v2 each name is a module of the runtime or one of unenv's
// polyfills, as Cloudflare's preset for the compatibility date says; before that, modules of the runtime only.
import { createRequire, builtinModules } from "node:module";
import path from "node:path";
import { getCloudflarePreset, nonPrefixedNodeModules } from "@cloudflare/unenv-preset";
import { defineEnv } from "unenv";

const require = createRequire(import.meta.url);
const bare = [...new Set([...nonPrefixedNodeModules, ...builtinModules.filter((name) => !name.startsWith("_") && !name.startsWith("node:"))])];
const anyBuiltin = new RegExp(`^(?:node:.+|(?:${bare.map(escape).join("|")})\\/?)$`);

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/**
 * esbuild plugins. `mode` is "v2", "v1", "als" or "none"; `compatibilityDate` and `compatibilityFlags` are the project's.
 */
export function nodeBuiltinsPlugins({ mode, compatibilityDate, compatibilityFlags }) {
  return [mode === "v2" ? hybridPlugin(compatibilityDate, compatibilityFlags) : runtimePlugin(mode)];
}

function hybridPlugin(compatibilityDate, compatibilityFlags) {
  // `debug` has a version for Node.js, which the preset's stub would hide.
  const presets = [getCloudflarePreset({ compatibilityDate, compatibilityFlags }), { alias: { debug: "debug" } }];
  const { alias, inject, external, polyfill } = defineEnv({ presets, npmShims: true }).env;
  return {
    name: "skep-node-builtins",
    setup(build) {
      // `require` cannot reach an ES module of the runtime: go through an import.
      build.onResolve({ filter: anyBuiltin }, ({ path: specifier, kind }) =>
        kind === "require-call" ? { path: specifier.replace(/\/$/, ""), namespace: "skep-required-builtin" } : null);
      build.onLoad({ filter: /.*/, namespace: "skep-required-builtin" }, ({ path: specifier }) => ({
        contents: `import builtin from ${JSON.stringify(specifier)}; module.exports = builtin;`, loader: "js", resolveDir: import.meta.dirname,
      }));
      resolveAliases(build, alias, external);
      injectGlobals(build, inject, polyfill);
    },
  };
}

function resolveAliases(build, alias, external) {
  const files = new Map();
  for (const [name, target] of Object.entries(alias)) {
    try {
      files.set(name, require.resolve(target));
    } catch {
      // A package that the project has or has not: esbuild finds out.
    }
  }
  build.onResolve({ filter: new RegExp(`^(?:${[...files.keys()].map(escape).join("|")})\\/?$`) }, ({ path: specifier, kind }) => {
    const name = specifier.replace(/\/$/, "");
    const target = alias[name];
    if (external.includes(target)) return { path: target.startsWith("node:") ? target : "node:" + target, external: true };
    // What is required from CommonJS are the names of the ES module.
    if (kind === "require-call" && /^unenv\/(?:npm|mock)\//.test(target)) return { path: name, namespace: "skep-required-shim" };
    return { path: files.get(name) };
  });
  build.onLoad({ filter: /.*/, namespace: "skep-required-shim" }, ({ path: specifier }) => ({
    contents: `import * as shim from ${JSON.stringify(specifier)};
module.exports = Object.entries(shim).filter(([name]) => name !== "default").reduce(
  (exports, [name, value]) => Object.defineProperty(exports, name, { value, enumerable: true }), "default" in shim ? shim.default : {});`,
    loader: "js", resolveDir: import.meta.dirname,
  }));
}

function injectGlobals(build, inject, polyfill) {
  const byModule = new Map();
  for (const [name, source] of Object.entries(inject)) {
    if (!source) continue;
    const [specifier, exported] = Array.isArray(source) ? source : [source, "default"];
    const file = path.join(import.meta.dirname, "_skep-globals-" + specifier.replaceAll(/[^\w]/g, "-"));
    if (!byModule.has(file)) byModule.set(file, { specifier, names: [] });
    byModule.get(file).names.push({ name, exported });
  }
  build.initialOptions.inject = [...(build.initialOptions.inject ?? []), ...byModule.keys(), ...polyfill.map((each) => require.resolve(each))];
  const filter = /[\\/]_skep-globals-[\w-]+$/;
  build.onResolve({ filter }, ({ path: file }) => ({ path: file, namespace: "skep-globals" }));
  build.onLoad({ filter, namespace: "skep-globals" }, ({ path: file }) => {
    const { specifier, names } = byModule.get(file);
    const imports = names.map(({ exported }, i) => `${exported} as value${i}`).join(", ");
    const assignments = names.map(({ name }, i) => `globalThis.${name} = value${i};`).join("\n");
    return { contents: `import { ${imports} } from ${JSON.stringify(specifier)};\n${assignments}`, loader: "js", resolveDir: import.meta.dirname };
  });
}

function runtimePlugin(mode) {
  return {
    name: "skep-node-builtins",
    setup(build) {
      build.onResolve({ filter: anyBuiltin }, async (args) => {
        const { path: specifier, kind } = args;
        const isHooks = /^(?:node:)?async_hooks$/.test(specifier);
        const enabled = mode === "v1" ? specifier.startsWith("node:") || isHooks : mode === "als" && isHooks;
        if (args.pluginData === inBuiltin) return null;
        if (!specifier.startsWith("node:")) {
          // A package of the project's may have the name.
          const found = await build.resolve(specifier, { kind, importer: args.importer, resolveDir: args.resolveDir, pluginData: inBuiltin });
          if (found.errors.length === 0) return { path: found.path, external: found.external, namespace: found.namespace, pluginData: found.pluginData };
        }
        if (!enabled) return kind === "import-statement" ? null : { path: specifier, external: true };
        const name = specifier.startsWith("node:") ? specifier : "node:" + specifier;
        return kind === "require-call" ? { path: name, namespace: "skep-required-builtin" } : { path: name, external: true };
      });
      build.onLoad({ filter: /.*/, namespace: "skep-required-builtin" }, ({ path: name }) => ({
        contents: `import builtin from ${JSON.stringify(name)}; module.exports = builtin;`, loader: "js",
      }));
    },
  };
}

const inBuiltin = Symbol("resolving a built-in's name");

const unresolved = /^Could not resolve "(.+)"$/;

/** What to say about an unresolved import of a built-in, or null when it is none. */
export function missingBuiltinRemedy(text, mode) {
  const specifier = unresolved.exec(text)?.[1];
  if (specifier === undefined || !anyBuiltin.test(specifier)) return null;
  if (mode === "v2") {
    return {
      text: `"${specifier}" is a Node.js built-in module, which Workers do not have`,
      remedy: 'Map it to a package with "alias" in the configuration, or use a web API.',
    };
  }
  return {
    text: `"${specifier}" is a Node.js built-in module, which this Worker has not enabled`,
    remedy: mode === "v1"
      ? 'Write "node:" before its name, or set compatibility_date to 2024-09-23 or later.'
      : 'Add "nodejs_compat" to compatibility_flags in the configuration.',
  };
}

/** What to do about another unresolved import, or null. */
export function missingPackageRemedy(text) {
  const specifier = unresolved.exec(text)?.[1];
  if (specifier === undefined || /^[./]/.test(specifier)) return null;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return { remedy: `Install it in the project (npm install ${name}), or map it with "alias" in the configuration.` };
}
