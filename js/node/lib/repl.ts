import { classes, methods } from "lib:internal/stub";
const { writer } = methods("repl", "writer");
export default { ...classes("repl", "REPLServer", "Recoverable"), ...methods("repl", "start"), writer, builtinModules: [], REPL_MODE_SLOPPY: Symbol("repl-sloppy"), REPL_MODE_STRICT: Symbol("repl-strict") };
