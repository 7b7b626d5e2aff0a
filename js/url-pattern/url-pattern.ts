// https://urlpattern.spec.whatwg.org/#urlpattern-class
import { defineInterface } from "../core/define.ts";
import { isObject, toDictionary, toUSVString } from "../core/webidl.ts";
import { parseURL, urlComponents } from "../url/index.ts";
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
  isDefaultPort,
  specialSchemes,
} from "./canonical.ts";
import { compileComponent, componentMatches, matchComponent, type Component, type ComponentResult } from "./component.ts";
import { parseConstructorString } from "./constructor-string.ts";
import { processInit, toInit, type URLPatternInit } from "./init.ts";
import type { ComponentOptions } from "./parts.ts";

export interface URLPatternOptions { ignoreCase?: boolean }

export interface URLPatternResult {
  inputs: (string | URLPatternInit)[];
  protocol: ComponentResult;
  username: ComponentResult;
  password: ComponentResult;
  hostname: ComponentResult;
  port: ComponentResult;
  pathname: ComponentResult;
  search: ComponentResult;
  hash: ComponentResult;
}

const OriginalTypeError = TypeError;
const plain: ComponentOptions = { delimiter: "", prefix: "", ignoreCase: false };
const dotted: ComponentOptions = { delimiter: ".", prefix: "", ignoreCase: false };

export class URLPattern {
  #protocol: Component;
  #username: Component;
  #password: Component;
  #hostname: Component;
  #port: Component;
  #pathname: Component;
  #search: Component;
  #hash: Component;

  constructor(input: unknown = undefined, baseURLOrOptions: unknown = undefined, options: unknown = undefined) {
    const what = "Failed to construct 'URLPattern'";
    const hasBase = arguments.length > 2 || (baseURLOrOptions !== undefined && baseURLOrOptions !== null && !isObject(baseURLOrOptions));
    const given = toInput(input, what);
    const baseURL = hasBase ? toUSVString(baseURLOrOptions) : undefined;
    const ignoreCase = !!toDictionary<URLPatternOptions>((hasBase ? options : baseURLOrOptions) as URLPatternOptions, what).ignoreCase;
    const init = toPattern(given, baseURL, what);

    const protocol = init.protocol ?? "*";
    this.#protocol = compileComponent(protocol, canonicalProtocol, plain);
    this.#username = compileComponent(init.username ?? "*", canonicalUsername, plain);
    this.#password = compileComponent(init.password ?? "*", canonicalPassword, plain);
    const special = matchesSpecialScheme(this.#protocol);
    const hostname = init.hostname ?? "*";
    this.#hostname = compileComponent(hostname, isIPv6Pattern(hostname) ? canonicalIPv6 : special ? canonicalDomain : canonicalOpaqueHost, dotted);
    const port = init.port ?? "*";
    this.#port = compileComponent(isDefaultPort(protocol, port) ? "" : port, canonicalPort, plain);
    const loose = { delimiter: "", prefix: "", ignoreCase };
    this.#pathname = special
      ? compileComponent(init.pathname ?? "*", canonicalPathname, { delimiter: "/", prefix: "/", ignoreCase })
      : compileComponent(init.pathname ?? "*", canonicalOpaquePathname, loose);
    this.#search = compileComponent(init.search ?? "*", canonicalSearch, loose);
    this.#hash = compileComponent(init.hash ?? "*", canonicalHash, loose);
  }

  get protocol(): string { return this.#protocol.pattern; }
  get username(): string { return this.#username.pattern; }
  get password(): string { return this.#password.pattern; }
  get hostname(): string { return this.#hostname.pattern; }
  get port(): string { return this.#port.pattern; }
  get pathname(): string { return this.#pathname.pattern; }
  get search(): string { return this.#search.pattern; }
  get hash(): string { return this.#hash.pattern; }

  get hasRegExpGroups(): boolean {
    return this.#protocol.hasRegExpGroups || this.#username.hasRegExpGroups || this.#password.hasRegExpGroups || this.#hostname.hasRegExpGroups ||
      this.#port.hasRegExpGroups || this.#pathname.hasRegExpGroups || this.#search.hasRegExpGroups || this.#hash.hasRegExpGroups;
  }

  test(input: unknown = undefined, baseURL: unknown = undefined): boolean {
    this.#protocol;
    const what = "Failed to execute 'test' on 'URLPattern'";
    const given = toInput(input, what);
    const url = toComponents(given, baseURL === undefined ? undefined : toUSVString(baseURL), what);
    return url !== null &&
      componentMatches(this.#protocol, url.protocol!) && componentMatches(this.#username, url.username!) &&
      componentMatches(this.#password, url.password!) && componentMatches(this.#hostname, url.hostname!) &&
      componentMatches(this.#port, url.port!) && componentMatches(this.#pathname, url.pathname!) &&
      componentMatches(this.#search, url.search!) && componentMatches(this.#hash, url.hash!);
  }

  exec(input: unknown = undefined, baseURL: unknown = undefined): URLPatternResult | null {
    this.#protocol;
    const what = "Failed to execute 'exec' on 'URLPattern'";
    const given = toInput(input, what);
    const base = baseURL === undefined ? undefined : toUSVString(baseURL);
    const url = toComponents(given, base, what);
    if (url === null) return null;
    const protocol = matchComponent(this.#protocol, url.protocol!);
    const username = protocol && matchComponent(this.#username, url.username!);
    const password = username && matchComponent(this.#password, url.password!);
    const hostname = password && matchComponent(this.#hostname, url.hostname!);
    const port = hostname && matchComponent(this.#port, url.port!);
    const pathname = port && matchComponent(this.#pathname, url.pathname!);
    const search = pathname && matchComponent(this.#search, url.search!);
    const hash = search && matchComponent(this.#hash, url.hash!);
    if (hash === null) return null;
    const echo: string | URLPatternInit = typeof given === "string" ? given : { ...given };
    return {
      inputs: base === undefined ? [echo] : [echo, base],
      protocol: protocol!,
      username: username!,
      password: password!,
      hostname: hostname!,
      port: port!,
      pathname: pathname!,
      search: search!,
      hash,
    };
  }
}
defineInterface("URLPattern", URLPattern);

// `USVString or URLPatternInit`.
function toInput(input: unknown, what: string): string | URLPatternInit {
  return input === undefined || input === null || isObject(input) ? toInit(input, what) : toUSVString(input);
}

function toPattern(input: string | URLPatternInit, baseURL: string | undefined, what: string): URLPatternInit {
  let init: URLPatternInit;
  if (typeof input === "string") {
    init = parseConstructorString(input, (protocol) => matchesSpecialScheme(compileComponent(protocol, canonicalProtocol, plain)));
    if (baseURL !== undefined) init.baseURL = baseURL;
    else if (init.protocol === undefined) throw new TypeError(`${what}: A relative pattern '${input}' needs a base URL.`);
  } else {
    if (baseURL !== undefined) throw new TypeError(`${what}: A base URL beside an object must be its member 'baseURL'.`);
    init = input;
  }
  return processInit(init, true, { __proto__: null } as URLPatternInit);
}

// The components to match; null when the input is no URL.
function toComponents(input: string | URLPatternInit, baseURL: string | undefined, what: string): URLPatternInit | null {
  if (typeof input === "string") {
    const url = parseURL(input, baseURL);
    return url === null ? null : urlComponents(url);
  }
  if (baseURL !== undefined) throw new TypeError(`${what}: A base URL beside an object must be its member 'baseURL'.`);
  try {
    return processInit(input, false, { protocol: "", username: "", password: "", hostname: "", port: "", pathname: "", search: "", hash: "" });
  } catch (error) {
    // A component that no URL can have matches nothing.
    if (error instanceof OriginalTypeError) return null;
    throw error;
  }
}

function matchesSpecialScheme(protocol: Component): boolean {
  for (let i = 0; i < specialSchemes.length; i++) if (componentMatches(protocol, specialSchemes[i]!)) return true;
  return false;
}

function isIPv6Pattern(pattern: string): boolean {
  return pattern.length > 1 && (pattern[0] === "[" || (pattern[1] === "[" && (pattern[0] === "{" || pattern[0] === "\\")));
}
