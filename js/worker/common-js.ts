// CommonJS modules: the host compiles the function, `require` asks the host for other modules.
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall } from "../core/primordials.ts";
import { toDOMString } from "../core/webidl.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** The exports of the module that `specifier` means inside the module `referrer`. */
    module_require(specifier: string, referrer: string): unknown;
  }
}

/** Runs a CommonJS module's function; its `module.exports`. */
export function runCommonJs(body: Function, name: string): unknown {
  const module: { exports: unknown; id: string } = { exports: {}, id: name };
  const require = (specifier: unknown): unknown => ops.module_require(toDOMString(specifier), name);
  FunctionPrototypeCall(body, module.exports, module.exports, require, module);
  return module.exports;
}
