// https://urlpattern.spec.whatwg.org/#canon: a component's text as the URL parser would write it.
import { RegExpPrototypeExec, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { parseURL, type URLComponents, urlComponents, updateURL, URLPart } from "../url/index.ts";

const specialSchemes = ["ftp", "file", "http", "https", "ws", "wss"];
const defaultPorts: Record<string, string> = { __proto__: null as never, ftp: "21", http: "80", https: "443", ws: "80", wss: "443" };

export { specialSchemes };

export function isSpecialScheme(scheme: string): boolean {
  for (let i = 0; i < specialSchemes.length; i++) if (specialSchemes[i] === scheme) return true;
  return false;
}

export function isDefaultPort(scheme: string, port: string): boolean {
  return defaultPorts[scheme] === port;
}

export function canonicalProtocol(value: string): string {
  if (value === "") return value;
  const url = parseURL(`${value}://dummy.test`, undefined);
  if (url === null) throw new TypeError(`Invalid protocol '${value}'.`);
  return urlComponents(url).protocol;
}

export function canonicalUsername(value: string): string {
  return withPart("https://dummy.test", URLPart.USERNAME, value, "username").username;
}

export function canonicalPassword(value: string): string {
  return withPart("https://dummy.test", URLPart.PASSWORD, value, "password").password;
}

export function canonicalDomain(value: string): string {
  return value === "" ? value : withPart("https://dummy.test", URLPart.HOSTNAME, value, "hostname").hostname;
}

export function canonicalOpaqueHost(value: string): string {
  return value === "" ? value : withPart("dummy://dummy.test", URLPart.HOSTNAME, value, "hostname").hostname;
}

const ipv6Characters = /^[0-9A-Fa-f[\]:]*$/;

export function canonicalIPv6(value: string): string {
  if (RegExpPrototypeExec(ipv6Characters, value) === null) throw new TypeError(`Invalid hostname '${value}'.`);
  return StringPrototypeToLowerCase(value);
}

// The URL parser's port state skips tabs and line ends, and stops behind the digits.
const leadingDigits = /^[\t\n\r]*([0-9][0-9\t\n\r]*)/;

export function canonicalPort(value: string, scheme = ""): string {
  if (value === "") return value;
  const match = RegExpPrototypeExec(leadingDigits, value);
  let port = 0;
  if (match !== null) {
    const digits = match[1]!;
    for (let i = 0; i < digits.length && port <= 0xffff; i++) if (digits[i]! >= "0") port = port * 10 + +digits[i]!;
  }
  if (match === null || port > 0xffff) throw new TypeError(`Invalid port '${value}'.`);
  return isDefaultPort(scheme, `${port}`) ? "" : `${port}`;
}

export function canonicalPathname(value: string): string {
  if (value === "") return value;
  // What does not begin with a slash must not get one.
  const rooted = value[0] === "/";
  const path = withPart("https://dummy.test", URLPart.PATHNAME, rooted ? value : `/-${value}`, "pathname").pathname;
  return rooted ? path : StringPrototypeSlice(path, 2);
}

export function canonicalOpaquePathname(value: string): string {
  if (value === "") return value;
  // "-" keeps a leading slash from making it a list of segments, "#" keeps spaces at the end.
  const url = parseURL(`dummy:-${value}#`, undefined);
  if (url === null) throw new TypeError(`Invalid pathname '${value}'.`);
  return StringPrototypeSlice(urlComponents(url).pathname, 1);
}

export function canonicalSearch(value: string): string {
  return value === "" ? value : withPart("https://dummy.test", URLPart.SEARCH, `?${value}`, "search").search;
}

export function canonicalHash(value: string): string {
  return value === "" ? value : withPart("https://dummy.test", URLPart.HASH, `#${value}`, "hash").hash;
}

/** A component without the one character that introduces it. */
export function withoutPrefix(value: string, prefix: string): string {
  return StringPrototypeStartsWith(value, prefix) ? StringPrototypeSlice(value, 1) : value;
}

function withPart(base: string, part: number, value: string, name: string): URLComponents {
  const url = updateURL(base, part, value);
  if (url === null) throw new TypeError(`Invalid ${name} '${value}'.`);
  return urlComponents(url);
}
