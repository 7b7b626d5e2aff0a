// One project: its esbuild contexts, and what a build of it yields.
import path from "node:path";
import { readFile } from "node:fs/promises";
import { context } from "esbuild";
import { effectiveRules, findModules, isJavaScript, moduleRulesPlugin } from "./module-rules.mjs";
import { missingBuiltinRemedy, missingPackageRemedy, nodeBuiltinsPlugins } from "./node-builtins.mjs";

/**
 * options: `{ entry, root, moduleRoot, rules, findAdditionalModules, preserveFileNames, noBundle, define, alias, minify,
 * keepNames, tsconfig, jsxFactory, jsxFragment, nodeMode: "v2" | "v1" | "als" | "none",
 * compatibilityDate, compatibilityFlags, navigatorDefined, mode }`
 */
export class Project {
  #options;
  #fingerprint;
  #rules;
  #ignored;
  #contexts = new Map(); // by format
  #collected = new Map();
  #additional = [];

  constructor(options) {
    this.#options = options;
    this.#fingerprint = JSON.stringify(options);
    const { inForce, ignored } = effectiveRules(options.rules);
    this.#rules = inForce;
    this.#ignored = ignored;
  }

  /** True when a build with these options can reuse this project's contexts. */
  accepts(options) {
    return JSON.stringify(options) === this.#fingerprint;
  }

  async dispose() {
    const contexts = [...this.#contexts.values()];
    this.#contexts.clear();
    for (const each of contexts) await each.dispose();
  }

  async build() {
    const { entry, moduleRoot, findAdditionalModules, noBundle } = this.#options;
    this.#additional = findAdditionalModules ? await findModules(moduleRoot, this.#rules, entry) : [];
    if (noBundle) return this.#unbundled();

    const asModule = await this.#run("esm");
    if (asModule.errors.length > 0 || asModule.exports.length > 0) return asModule;
    // Nothing exported: service-worker syntax, which runs as a classic script.
    return this.#run("iife");
  }

  async #run(format) {
    this.#collected.clear();
    const { entry, root } = this.#options;
    let output;
    try {
      let built = this.#contexts.get(format);
      if (!built || this.#additional.length > 0) {
        await built?.dispose();
        built = await context(this.#esbuildOptions(format));
        this.#contexts.set(format, built);
      }
      output = await built.rebuild();
    } catch (error) {
      if (!Array.isArray(error?.errors)) throw error;
      return this.#failed(error);
    }

    const code = output.outputFiles.find((file) => file.path.endsWith(".js"));
    const map = output.outputFiles.find((file) => file.path.endsWith(".js.map"));
    const { exports } = Object.values(output.metafile.outputs).find((each) => each.entryPoint) ?? { exports: [] };
    const main = mainName(entry);
    const modules = [{ name: main, type: format === "esm" ? "ESModule" : "Script", text: code.text, map: map?.text }];
    for (const { name, type, content } of this.#collected.values()) modules.push({ name, type, base64: content.toString("base64") });
    modules.push(...await readModules(this.#additional));
    return {
      main, modules, exports, syntax: format === "esm" ? "modules" : "service-worker",
      inputs: this.#inputs(output.metafile), errors: [], warnings: this.#messages(output.warnings),
    };
  }

  /** The files as they are: each module is one file, nothing is bundled or translated. */
  async #unbundled() {
    const { entry, moduleRoot } = this.#options;
    const main = path.relative(moduleRoot, entry).replaceAll(path.sep, "/");
    const modules = await readModules([{ name: main, file: entry, type: "ESModule" }, ...this.#additional]);
    return {
      main, modules, exports: ["default"], syntax: "modules",
      inputs: [entry, ...this.#additional.map((module) => module.file)], errors: [], warnings: [],
    };
  }

  #esbuildOptions(format) {
    const options = this.#options;
    const mode = JSON.stringify(options.mode);
    return {
      entryPoints: [options.entry],
      bundle: true,
      write: false,
      metafile: true,
      absWorkingDir: options.root,
      outdir: options.root, // nothing is written; the sources of the map become relative to the project
      entryNames: path.parse(options.entry).name,
      format,
      target: "es2024",
      platform: "browser",
      conditions: ["workerd", "worker", "browser"],
      mainFields: ["browser", "module", "main"],
      external: ["cloudflare:*", "workerd:*", "__STATIC_CONTENT_MANIFEST"],
      loader: { ".js": "jsx", ".mjs": "jsx", ".cjs": "jsx" },
      define: {
        ...(options.navigatorDefined ? { "navigator.userAgent": '"Cloudflare-Workers"' } : {}),
        "process.env.NODE_ENV": mode,
        "global.process.env.NODE_ENV": mode,
        "globalThis.process.env.NODE_ENV": mode,
        ...options.define,
      },
      sourcemap: "external",
      sourcesContent: true,
      keepNames: options.keepNames,
      minify: options.minify,
      ...(options.tsconfig ? { tsconfig: options.tsconfig } : {}),
      ...(options.jsxFactory ? { jsxFactory: options.jsxFactory } : {}),
      ...(options.jsxFragment ? { jsxFragment: options.jsxFragment } : {}),
      logLevel: "silent",
      plugins: [
        aliasPlugin(options.alias, options.root),
        moduleRulesPlugin({
          rules: this.#rules, ignored: this.#ignored, additional: this.#additional, collected: this.#collected,
          inline: format === "iife", preserveNames: options.preserveFileNames,
        }),
        ...nodeBuiltinsPlugins({
          mode: options.nodeMode, compatibilityDate: options.compatibilityDate, compatibilityFlags: options.compatibilityFlags,
        }),
      ],
    };
  }

  #inputs(metafile) {
    const files = Object.keys(metafile.inputs)
      .filter((input) => !/^[\w-]{2,}:/.test(input)) // `namespace:path` is no file
      .map((input) => path.resolve(this.#options.root, input));
    for (const { file } of this.#collected.values()) files.push(file);
    for (const { file } of this.#additional) files.push(file);
    return files;
  }

  #failed(error) {
    return { main: "", modules: [], exports: [], syntax: "modules", inputs: [], errors: this.#messages(error.errors), warnings: this.#messages(error.warnings) };
  }

  #messages(messages) {
    return messages.map(({ text, location, notes }) => {
      const missing = missingBuiltinRemedy(text, this.#options.nodeMode) ?? missingPackageRemedy(text);
      const hints = notes.map((note) => note.text);
      const suggestion = location?.suggestion;
      return {
        text: missing?.text ?? text,
        remedy: missing?.remedy ?? (suggestion && !hints.some((hint) => hint.includes(suggestion)) ? `Use ${suggestion}` : null),
        location: location && {
          file: path.resolve(this.#options.root, location.file.replace(/^[\w-]{2,}:/, "")),
          line: location.line,
          column: location.column + 1,
          length: location.length,
          lineText: location.lineText,
        },
        // esbuild's own notes are about options of esbuild's.
        notes: missing ? [] : hints,
      };
    });
  }
}

function mainName(entry) {
  return path.parse(entry).name + ".js";
}

function readModules(modules) {
  return Promise.all(modules.map(async ({ name, type, file }) => {
    const content = await readFile(file);
    return isJavaScript({ type }) ? { name, type, text: content.toString("utf8") } : { name, type, base64: content.toString("base64") };
  }));
}

function aliasPlugin(alias, root) {
  return {
    name: "skep-alias",
    setup(build) {
      const names = Object.keys(alias);
      if (names.length === 0) return;
      const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
      build.onResolve({ filter: new RegExp(`^(?:${escaped.join("|")})$`) }, (args) => {
        if (args.pluginData === inAlias) return null;
        return build.resolve(alias[args.path], { kind: args.kind, resolveDir: root, pluginData: inAlias });
      });
    },
  };
}

const inAlias = Symbol("resolving for an alias");
