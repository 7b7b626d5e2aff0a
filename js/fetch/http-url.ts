import { uncurryThis } from "../core/primordials.ts";
import { toUSVString } from "../core/webidl.ts";
import { URL, isURL, parseURL, urlHref } from "../url/index.ts";

function urlGetter(name: "username" | "password"): (url: URL) => string {
  return uncurryThis(Object.getOwnPropertyDescriptor(URL.prototype, name)!.get! as (this: URL) => string);
}
const URLPrototypeGetUsername = urlGetter("username");
const URLPrototypeGetPassword = urlGetter("password");

/** An absolute URL, normalised; or `TypeError` with `complaint` before the text. */
export function parseHttpUrl(text: string, complaint: string): string {
  return urlHref(parse(text, complaint));
}

/** A request's URL, from a string or a URL object: no credentials in it. */
export function parseRequestUrl(input: unknown): string {
  const url = isURL(input) ? input : parse(toUSVString(input), "Invalid URL: ");
  if (URLPrototypeGetUsername(url) !== "" || URLPrototypeGetPassword(url) !== "") {
    throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${urlHref(url)}`);
  }
  return urlHref(url);
}

function parse(text: string, complaint: string): URL {
  const url = parseURL(text, undefined);
  if (url === null) throw new TypeError(`${complaint}${text}`);
  return url;
}
