// URLs are the platform's; here is what node:url adds to them.
import { codes } from "lib:internal/codes";

const { global } = internalBinding("layer");
const { URL, URLPattern, URLSearchParams } = global;
export { URL, URLPattern, URLSearchParams };

export const unsafeProtocol = new Set(["javascript", "javascript:"]);
export const hostlessProtocol = new Set(["javascript", "javascript:"]);
export const slashedProtocol = new Set(["http", "http:", "https", "https:", "ftp", "ftp:", "gopher", "gopher:", "file", "file:", "ws", "ws:", "wss", "wss:"]);

export const isURL = (value: any): boolean => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
export const isURLInstance = (value: unknown): boolean => value instanceof URL;
export const getURLHref = (url: any): string => url.href;

const needed = (args: IArguments, name: string): void => {
  if (args.length < 1) throw new codes.ERR_MISSING_ARGS(name);
};

export function domainToASCII(domain: unknown): string {
  needed(arguments, "domain");
  return internalBinding("encoding_binding").toASCII(`${domain}`);
}

export function domainToUnicode(domain: unknown): string {
  needed(arguments, "domain");
  return internalBinding("encoding_binding").toUnicode(`${domain}`);
}

/** What `http.request` takes, from a URL. */
export function urlToHttpOptions(url: any): object {
  const { hostname, pathname, port, username, password, search } = url;
  return {
    __proto__: null,
    ...url,
    protocol: url.protocol,
    hostname: hostname && hostname[0] === "[" ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ""}${search || ""}`,
    href: url.href,
    ...(port !== "" ? { port: Number(port) } : {}),
    ...(username || password ? { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` } : {}),
  };
}

function pathOnPosix(url: any): string {
  if (url.hostname !== "") throw new codes.ERR_INVALID_FILE_URL_HOST("linux");
  if (/%2f/i.test(url.pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH("must not include encoded / characters", url);
  return decodeURIComponent(url.pathname);
}

function pathOnWindows(url: any): string {
  if (/%2f|%5c/i.test(url.pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH("must not include encoded \\ or / characters", url);
  const path = decodeURIComponent(url.pathname.replaceAll("/", "\\"));
  if (url.hostname !== "") return `\\\\${domainToUnicode(url.hostname)}${path}`;
  if (!/^\\[a-z]:/i.test(path)) throw new codes.ERR_INVALID_FILE_URL_PATH("must be absolute", url);
  return path.slice(1);
}

export function fileURLToPath(path: any, options: { windows?: boolean } = {}): string {
  if (typeof path === "string") path = new URL(path);
  else if (!isURL(path)) throw new codes.ERR_INVALID_ARG_TYPE("path", ["string", "URL"], path);
  if (path.protocol !== "file:") throw new codes.ERR_INVALID_URL_SCHEME("file");
  return options?.windows ? pathOnWindows(path) : pathOnPosix(path);
}

export const fileURLToPathBuffer = (path: any, options?: { windows?: boolean }): Uint8Array => require("buffer").Buffer.from(fileURLToPath(path, options));

export function pathToFileURL(path: string, options: { windows?: boolean } = {}): any {
  require("internal/validators").validateString(path, "path");
  const rules = require("path")[options?.windows ? "win32" : "posix"];
  if (options?.windows && path.startsWith("\\\\")) {
    const share = /^\\\\(?:\?\\UNC\\)?([^\\]+)(\\.*)?$/.exec(path);
    if (share?.[2] === undefined) throw new codes.ERR_INVALID_ARG_VALUE("path", path, "Missing UNC resource path");
    const url = new URL("file://");
    url.hostname = domainToASCII(share[1]);
    url.pathname = escape(share[2].replaceAll("\\", "/"));
    return url;
  }
  let resolved = rules.resolve(path);
  if ((options?.windows ? /[\\/]$/ : /\/$/).test(path) && !resolved.endsWith(rules.sep)) resolved += rules.sep;
  if (options?.windows) resolved = resolved.replaceAll("\\", "/");
  else resolved = resolved.replaceAll("\\", "%5C");
  return new URL(`file://${resolved.startsWith("/") ? "" : "/"}${options?.windows ? escape(resolved) : escape(resolved).replaceAll("%255C", "%5C")}`);
}

const escape = (path: string): string =>
  path.replaceAll("%", "%25").replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll("\t", "%09").replaceAll("?", "%3F").replaceAll("#", "%23");

export const toPathIfFileURL = (value: any): unknown => (isURL(value) ? fileURLToPath(value) : value);
export const installObjectURLMethods = (): void => {};
export const encodeStr = (text: string, unescaped: Int8Array, table: string[]): string => require("internal/querystring").encodeStr(text, unescaped, table);
