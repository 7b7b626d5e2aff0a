export { formatArguments } from "./format.ts";
export { inspect, type InspectOptions } from "./inspect.ts";
