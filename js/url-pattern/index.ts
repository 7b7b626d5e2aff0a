import { defineGlobals } from "../core/define.ts";
import { URLPattern } from "./url-pattern.ts";

export { URLPattern } from "./url-pattern.ts";

export function install(): void {
  defineGlobals({ URLPattern });
}
