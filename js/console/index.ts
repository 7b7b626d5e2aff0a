import { defineGlobals } from "../core/define.ts";
import { console } from "./console.ts";

export { inspect, type InspectOptions } from "./inspect.ts";
export { formatArguments } from "./format.ts";

export function install(): void {
  defineGlobals({ console });
}
