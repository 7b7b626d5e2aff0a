import { classes, methods } from "lib:internal/stub";
export default {
  isContext: (): boolean => false,
  constants: { __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol("vm_dynamic_import_main_context_default"), DONT_CONTEXTIFY: Symbol("vm_context_no_contextify") },
  ...classes("vm", "Script", "Module", "SourceTextModule", "SyntheticModule"),
  ...methods("vm", "createContext", "createScript", "runInContext", "runInNewContext", "runInThisContext", "compileFunction", "measureMemory"),
};
