export { URLPattern } from "./url-pattern.ts";
