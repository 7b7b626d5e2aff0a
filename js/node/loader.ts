// Loads the modules of the library (lib/ and Node.js' own): each is the body of a function that the host compiles when it
// is first required. Nothing of it is in the startup snapshot but this file.
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../core/primordials.ts";
import { layerBinding } from "./layer-binding.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** The body of a module, or undefined when there is none of that name. */
    node_compile(id: string): Function | undefined;
    /** The module has run: the host may keep its code. */
    node_compiled(id: string): void;
  }
}

interface LibraryModule { exports: any }

const modules = new Map<string, LibraryModule>();
let primordials: object | undefined;
let processObject: object | undefined;

/** The exports of a module of the library. */
export function requireLibrary(id: string): any {
  const known = MapPrototypeGet(modules, id);
  if (known !== undefined) return known.exports;
  if (primordials === undefined) {
    primordials = {};
    run("internal/per_context/primordials");
    processObject = run("internal/process/object").exports as object;
  }
  return run(id).exports;
}

function run(id: string): LibraryModule {
  const body = ops.node_compile(id);
  if (body === undefined) throw new Error(`No such built-in module: ${id}`);
  const module: LibraryModule = { exports: {} };
  MapPrototypeSet(modules, id, module);
  try {
    FunctionPrototypeCall(body, undefined, module.exports, requireLibrary, module, processObject, internalBinding, primordials);
  } catch (error) {
    MapPrototypeDelete(modules, id);
    throw error;
  }
  // lib/ is written as ES modules; who requires one wants what it exports by default, if it does.
  const exports = module.exports;
  if (exports.__esModule === true && exports.default !== undefined) module.exports = exports.default;
  ops.node_compiled(id);
  return module;
}

/** What stands behind Node.js' own modules there in C++. */
function internalBinding(name: string): unknown {
  return name === "layer" ? layerBinding() : requireLibrary(`binding/${name}`);
}
