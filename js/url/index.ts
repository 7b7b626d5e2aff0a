import { defineGlobals } from "../core/define.ts";
import { getterOf } from "../core/primordials.ts";
import { URL } from "./url.ts";
import { URLSearchParams } from "./url-search-params.ts";

export * as URLPart from "./ops.ts";
export { isURL, parseURL, updateURL, URL, type URLComponents, urlComponents, urlHref } from "./url.ts";
export { isURLSearchParams, parseUrlEncoded, serializeUrlEncoded, URLSearchParams } from "./url-search-params.ts";

export const urlOrigin = getterOf(URL.prototype, "origin") as (url: URL) => string;

export function install(): void {
  defineGlobals({ URL, URLSearchParams });
}
