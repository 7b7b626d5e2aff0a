const { console } = internalBinding("layer");
const seen = new Set<string>();

/** Once for each code of a deprecation; what is emitted is also what `process.on("warning")` hears. */
export function emitWarning(warning: any, type?: any, code?: any, ctor?: Function): void {
  let detail: string | undefined;
  if (type !== null && typeof type === "object" && !Array.isArray(type)) ({ type, code, detail } = type);
  else if (typeof type === "function") [type, code, ctor] = [undefined, undefined, type];
  if (typeof code === "function") [code, ctor] = [undefined, code];
  const { validateString } = require("internal/validators");
  if (type !== undefined) validateString(type, "type");
  if (code !== undefined) validateString(code, "code");
  if (typeof warning === "string") warning = createWarning(warning, type, code, ctor, detail);
  else if (!(warning instanceof Error)) throw new (require("internal/errors").codes.ERR_INVALID_ARG_TYPE)("warning", ["Error", "string"], warning);
  if (warning.name === "DeprecationWarning") {
    // Later versions of Node.js warn of more than the one that workers see.
    if (process.noDeprecation || warning.code === "DEP0169" || seen.has(code ?? warning.message)) return;
    seen.add(code ?? warning.message);
  }
  process.nextTick(() => {
    console.warn(`(node) ${warning.code === undefined ? "" : `[${warning.code}] `}${warning.name}: ${warning.message}`);
    if (typeof process.emit === "function") process.emit("warning", warning);
  });
}

function createWarning(message: string, type = "Warning", code?: string, ctor?: Function, detail?: string): Error {
  const warning: any = new Error(message);
  warning.name = type;
  if (code !== undefined) warning.code = code;
  if (detail !== undefined) warning.detail = detail;
  (Error as any).captureStackTrace(warning, ctor ?? emitWarning);
  return warning;
}

export const emitWarningSync = emitWarning;
export const onWarning = (): void => {};
