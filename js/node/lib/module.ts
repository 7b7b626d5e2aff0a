// https://nodejs.org/api/module.html: what is built in can be required; files cannot.
import { codes } from "lib:internal/codes";
import { methods } from "lib:internal/stub";
import { validateString } from "lib:internal/validators";

const { builtin, moduleNames } = internalBinding("layer");

/** A `require` that knows the built-in modules. */
export function createRequire(path: any): Function {
  const text = path instanceof URL ? path.href : path;
  if (typeof text !== "string" || !(text.startsWith("/") || /^file:/.test(text))) {
    throw new codes.ERR_INVALID_ARG_VALUE("filename", path, "must be a file URL object, file URL string, or absolute path string");
  }
  const require = (specifier: unknown): unknown => {
    validateString(specifier, "id");
    const found = builtin(specifier as string);
    if (found !== undefined) return found;
    throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: "MODULE_NOT_FOUND" });
  };
  return Object.assign(require, {
    cache: Object.create(null), main: undefined, extensions: Object.create(null),
    resolve: Object.assign((specifier: string): string => specifier, { paths: (): null => null }),
  });
}

export const isBuiltin = (specifier: unknown): boolean => typeof specifier === "string" && moduleNames().includes(specifier.replace(/^node:/, ""));

function Module(this: any, id = "", parent?: any): void {
  this.id = id;
  this.path = id.slice(0, Math.max(id.lastIndexOf("/"), 0));
  this.exports = {};
  this.filename = null;
  this.loaded = false;
  this.children = [];
  void parent;
}
Module.prototype.require = function (specifier: string): unknown { return createRequire("/bundle/worker.js")(specifier); };

export default Object.assign(Module, {
  Module, createRequire, isBuiltin, globalPaths: [], constants: { compileCacheStatus: { __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 } },
  _cache: {}, _pathCache: {}, _extensions: { ".js"() {}, ".json"() {}, ".node"() {} }, _preloadModules(): void {}, _initPaths(): void {},
  wrap: (script: string): string => `(function (exports, require, module, __filename, __dirname) { ${script}\n});`,
  syncBuiltinESMExports(): void {}, enableCompileCache: (): object => ({ status: 3 }), getCompileCacheDir: (): undefined => undefined, flushCompileCache(): void {},
  findSourceMap: (): undefined => undefined, getSourceMapsSupport: (): object => ({ enabled: false, nodeModules: false, generatedCode: false }), setSourceMapsSupport(): void {},
  ...methods("module", "_debug", "_findPath", "_load", "_resolveFilename", "_resolveLookupPaths", "_nodeModulePaths", "findPackageJSON", "register", "registerHooks", "runMain", "stripTypeScriptTypes", "SourceMap"),
  get builtinModules(): string[] { return moduleNames(); },
});
