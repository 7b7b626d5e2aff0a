export { navigator } from "./navigator.ts";
export { performance } from "./performance.ts";
