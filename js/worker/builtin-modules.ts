// Modules that the runtime itself provides. A capability registers its own while it is installed; an exports object is
// made when a worker first imports the module.
import { MapPrototypeGet, MapPrototypeSet } from "../core/primordials.ts";

export type ModuleExports = Record<string, unknown>;

const factories = new Map<string, () => ModuleExports | undefined>();
const modules = new Map<string, ModuleExports>();

/** `create` gives undefined when the worker has not enabled the module. */
export function registerBuiltinModule(specifier: string, create: () => ModuleExports | undefined): void {
  MapPrototypeSet(factories, specifier, create);
}

/** The exports of the module, or undefined when there is none of that name. */
export function builtinModule(specifier: string): ModuleExports | undefined {
  const known = MapPrototypeGet(modules, specifier);
  if (known !== undefined) return known;
  const create = MapPrototypeGet(factories, specifier);
  if (create === undefined) return undefined;
  const exports = create();
  if (exports === undefined) return undefined;
  MapPrototypeSet(modules, specifier, exports);
  return exports;
}
