import { registerBuiltinModule } from "../worker/index.ts";
import { asyncHooksModule } from "./async-hooks.ts";

export function install(): void {
  registerBuiltinModule("node:async_hooks", asyncHooksModule);
  registerBuiltinModule("async_hooks", asyncHooksModule);
}
