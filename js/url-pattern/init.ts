// https://urlpattern.spec.whatwg.org/#process-a-urlpatterninit: what the caller gave, completed from its base URL.
import { StringPrototypeEndsWith, StringPrototypeLastIndexOf, StringPrototypeSlice } from "../core/primordials.ts";
import { toDictionary, toUSVString } from "../core/webidl.ts";
import { parseURL, type URLComponents, urlComponents } from "../url/index.ts";
import {
  canonicalDomain,
  canonicalHash,
  canonicalIPv6,
  canonicalOpaqueHost,
  canonicalOpaquePathname,
  canonicalPassword,
  canonicalPathname,
  canonicalPort,
  canonicalProtocol,
  canonicalSearch,
  canonicalUsername,
  isSpecialScheme,
  withoutPrefix,
} from "./canonical.ts";
import { escapePattern } from "./parts.ts";

export interface URLPatternInit {
  protocol?: string;
  username?: string;
  password?: string;
  hostname?: string;
  port?: string;
  pathname?: string;
  search?: string;
  hash?: string;
  baseURL?: string;
}

export type ComponentName = "protocol" | "username" | "password" | "hostname" | "port" | "pathname" | "search" | "hash";

// In WebIDL's order, by name.
const members = ["baseURL", "hash", "hostname", "password", "pathname", "port", "protocol", "search", "username"] as const;

/** The WebIDL dictionary, converted. */
export function toInit(value: unknown, what: string): URLPatternInit {
  const given = toDictionary<URLPatternInit>(value as URLPatternInit, what);
  const init: URLPatternInit = { __proto__: null } as URLPatternInit;
  for (let i = 0; i < members.length; i++) {
    const member = given[members[i]!];
    if (member !== undefined) init[members[i]!] = toUSVString(member);
  }
  return init;
}

/** Completes `init`: as a pattern (`isPattern`: its text is taken as it is) or as a URL to match, on top of `result`. */
export function processInit(init: URLPatternInit, isPattern: boolean, result: URLPatternInit): URLPatternInit {
  const base = init.baseURL === undefined ? undefined : inheritFrom(init.baseURL, init, isPattern, result);
  if (init.protocol !== undefined) {
    const protocol = StringPrototypeEndsWith(init.protocol, ":") ? StringPrototypeSlice(init.protocol, 0, -1) : init.protocol;
    result.protocol = isPattern ? protocol : canonicalProtocol(protocol);
  }
  if (init.username !== undefined) result.username = isPattern ? init.username : canonicalUsername(init.username);
  if (init.password !== undefined) result.password = isPattern ? init.password : canonicalPassword(init.password);
  const protocol = result.protocol ?? "";
  const special = protocol === "" || isSpecialScheme(protocol);
  if (init.hostname !== undefined) result.hostname = isPattern ? init.hostname : canonicalHost(init.hostname, special);
  if (init.port !== undefined) result.port = isPattern ? init.port : canonicalPort(init.port, protocol);
  if (init.pathname !== undefined) {
    let path = init.pathname;
    if (base !== undefined && !isOpaque(base) && !isAbsolute(path, isPattern)) {
      const basePath = fromBase(base.pathname, isPattern);
      const slash = StringPrototypeLastIndexOf(basePath, "/");
      if (slash !== -1) path = StringPrototypeSlice(basePath, 0, slash + 1) + path;
    }
    result.pathname = isPattern ? path : special ? canonicalPathname(path) : canonicalOpaquePathname(path);
  }
  if (init.search !== undefined) {
    const search = withoutPrefix(init.search, "?");
    result.search = isPattern ? search : canonicalSearch(search);
  }
  if (init.hash !== undefined) {
    const hash = withoutPrefix(init.hash, "#");
    result.hash = isPattern ? hash : canonicalHash(hash);
  }
  return result;
}

// A component is inherited as long as nothing before it was given.
function inheritFrom(baseURL: string, init: URLPatternInit, isPattern: boolean, result: URLPatternInit): URLComponents {
  const url = parseURL(baseURL, undefined);
  if (url === null) throw new TypeError(`Invalid base URL '${baseURL}'.`);
  const base = urlComponents(url);
  if (init.protocol !== undefined) return base;
  result.protocol = fromBase(base.protocol, isPattern);
  if (!isPattern && init.hostname === undefined && init.port === undefined && init.username === undefined) {
    result.username = base.username;
    if (init.password === undefined) result.password = base.password;
  }
  if (init.hostname !== undefined) return base;
  result.hostname = fromBase(base.hostname, isPattern);
  if (init.port !== undefined) return base;
  result.port = base.port;
  if (init.pathname !== undefined) return base;
  result.pathname = fromBase(base.pathname, isPattern);
  if (init.search !== undefined) return base;
  result.search = fromBase(base.search, isPattern);
  if (init.hash !== undefined) return base;
  result.hash = fromBase(base.hash, isPattern);
  return base;
}

function fromBase(text: string, isPattern: boolean): string {
  return isPattern ? escapePattern(text) : text;
}

function canonicalHost(value: string, special: boolean): string {
  return value[0] === "[" ? canonicalIPv6(value) : special ? canonicalDomain(value) : canonicalOpaqueHost(value);
}

function isOpaque(url: URLComponents): boolean {
  const path = url.pathname;
  return path !== "" && path[0] !== "/";
}

function isAbsolute(path: string, isPattern: boolean): boolean {
  return path[0] === "/" || (isPattern && path[1] === "/" && (path[0] === "\\" || path[0] === "{"));
}
