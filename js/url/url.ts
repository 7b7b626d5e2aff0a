// https://url.spec.whatwg.org/#url-class. Ada parses; a URL object is the serialisation and the places where its
// components begin and end (ada_url_components), and the getters cut them out when they are asked for:
//
//   https://user:pass@example.com:1234/foo/bar?baz#quux
//         |     |    |          | ^^^^|       |   |
//         |     |    |          | |   |       |   hashStart
//         |     |    |          | |   |       searchStart
//         |     |    |          | |   pathnameStart
//         |     |    |          | port
//         |     |    |          hostEnd
//         |     |    hostStart
//         |     usernameEnd
//         protocolEnd
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { getterOf, StringPrototypeSlice, StringPrototypeStartsWith } from "../core/primordials.ts";
import { requireArguments, toDOMString } from "../core/webidl.ts";
import { HASH, HOST, HOSTNAME, PASSWORD, PATHNAME, PORT, PROTOCOL, SEARCH, USERNAME } from "./ops.ts";
import { linkedSearchParams, replaceParams, type URLSearchParams } from "./url-search-params.ts";

const OriginalUint32Array = Uint32Array;
const token = { __proto__: null };

// Where the host writes the components of the last URL parsed.
let components: Uint32Array | undefined;

export let isURL: (value: unknown) => value is URL;
/** The URL's serialisation, whatever worker code did to the prototype. */
export let urlHref: (url: URL) => string;

export class URL {
  #href: string;
  // -1: there is no such component.
  #protocolEnd = 0;
  #usernameEnd = 0;
  #hostStart = 0;
  #hostEnd = 0;
  #port = -1;
  #pathnameStart = 0;
  #searchStart = -1;
  #hashStart = -1;
  #searchParams: URLSearchParams | undefined;

  constructor(url: unknown, base: unknown = undefined) {
    if (url === token) {
      // The components are there already (URL.parse).
      this.#href = base as string;
    } else {
      requireArguments(arguments.length, 1, "Failed to construct 'URL'");
      const input = toDOMString(url);
      const href = ops.url_parse(input, base === undefined ? undefined : toDOMString(base), components ??= new OriginalUint32Array(8));
      if (href === undefined) throw new TypeError("Invalid URL string.");
      this.#href = href;
    }
    this.#takeComponents();
  }

  static parse(url: unknown, base: unknown = undefined): URL | null {
    requireArguments(arguments.length, 1, "Failed to execute 'parse' on 'URL'");
    const input = toDOMString(url);
    return parseURL(input, base === undefined ? undefined : toDOMString(base));
  }

  static createObjectURL(_object: unknown): never { throw new Error("URL.createObjectURL() is not implemented"); }
  static revokeObjectURL(_url: unknown): never { throw new Error("URL.revokeObjectURL() is not implemented"); }

  static canParse(url: unknown, base: unknown = undefined): boolean {
    requireArguments(arguments.length, 1, "Failed to execute 'canParse' on 'URL'");
    const input = toDOMString(url);
    return ops.url_can_parse(input, base === undefined ? undefined : toDOMString(base));
  }

  get href(): string { return this.#href; }
  set href(value: unknown) {
    this.#href;
    const href = ops.url_parse(toDOMString(value), undefined, components ??= new OriginalUint32Array(8));
    if (href === undefined) throw new TypeError("Invalid URL string.");
    this.#href = href;
    this.#takeComponents();
    if (this.#searchParams !== undefined) replaceParams(this.#searchParams, this.#query());
  }

  get origin(): string {
    const protocol = this.#protocol();
    switch (protocol) {
      case "https:":
      case "http:":
      case "wss:":
      case "ws:":
      case "ftp:":
        return `${protocol}//${this.#host()}`;
      case "blob:": {
        // The origin of the path, when that is an HTTP URL.
        const inner = parseURL(this.#pathname(), undefined);
        if (inner === null) return "null";
        const scheme = inner.#protocol();
        return scheme === "https:" || scheme === "http:" ? inner.origin : "null";
      }
      default:
        return "null";
    }
  }

  get protocol(): string { return this.#protocol(); }
  set protocol(value: unknown) { this.#update(PROTOCOL, value); }

  get username(): string {
    const start = this.#protocolEnd + 2;
    return start < this.#usernameEnd && this.#hasAuthority() ? StringPrototypeSlice(this.#href, start, this.#usernameEnd) : "";
  }
  set username(value: unknown) { this.#update(USERNAME, value); }

  get password(): string {
    return this.#hostStart > this.#usernameEnd ? StringPrototypeSlice(this.#href, this.#usernameEnd + 1, this.#hostStart) : "";
  }
  set password(value: unknown) { this.#update(PASSWORD, value); }

  get host(): string { return this.#host(); }
  set host(value: unknown) { this.#update(HOST, value); }

  get hostname(): string { return StringPrototypeSlice(this.#href, this.#hostTextStart(), this.#hostEnd); }
  set hostname(value: unknown) { this.#update(HOSTNAME, value); }

  get port(): string { return this.#port === -1 ? "" : `${this.#port}`; }
  set port(value: unknown) { this.#update(PORT, value); }

  get pathname(): string { return this.#pathname(); }
  set pathname(value: unknown) { this.#update(PATHNAME, value); }

  get search(): string {
    const query = this.#query();
    return query === "" ? "" : `?${query}`;
  }
  set search(value: unknown) {
    this.#update(SEARCH, value);
    if (this.#searchParams !== undefined) replaceParams(this.#searchParams, this.#query());
  }

  get searchParams(): URLSearchParams {
    return this.#searchParams ??= linkedSearchParams(this.#query(), (query) => this.#update(SEARCH, query));
  }

  get hash(): string {
    const start = this.#hashStart;
    return start === -1 || this.#href.length - start <= 1 ? "" : StringPrototypeSlice(this.#href, start);
  }
  set hash(value: unknown) { this.#update(HASH, value); }

  toString(): string { return this.#href; }
  toJSON(): string { return this.#href; }

  #protocol(): string { return StringPrototypeSlice(this.#href, 0, this.#protocolEnd); }

  #host(): string {
    const start = this.#hostTextStart();
    // With an empty host, "/." may stand between it and the path.
    return start === this.#hostEnd ? "" : StringPrototypeSlice(this.#href, start, this.#pathnameStart);
  }

  #hostTextStart(): number {
    const start = this.#hostStart;
    return this.#hostEnd > start && this.#href[start] === "@" ? start + 1 : start;
  }

  #hasAuthority(): boolean {
    return this.#protocolEnd + 2 <= this.#hostStart && StringPrototypeStartsWith(this.#href, "//", this.#protocolEnd);
  }

  #pathname(): string {
    const end = this.#searchStart !== -1 ? this.#searchStart : this.#hashStart !== -1 ? this.#hashStart : this.#href.length;
    return StringPrototypeSlice(this.#href, this.#pathnameStart, end);
  }

  #query(): string {
    if (this.#searchStart === -1) return "";
    return StringPrototypeSlice(this.#href, this.#searchStart + 1, this.#hashStart === -1 ? this.#href.length : this.#hashStart);
  }

  #update(part: number, value: unknown): void {
    const href = ops.url_update(this.#href, part, toDOMString(value), components ??= new OriginalUint32Array(8));
    if (href === undefined) return;
    this.#href = href;
    this.#takeComponents();
  }

  #takeComponents(): void {
    const list = components!;
    this.#protocolEnd = list[0]!;
    this.#usernameEnd = list[1]!;
    this.#hostStart = list[2]!;
    this.#hostEnd = list[3]!;
    // "Omitted" is 2³² - 1.
    this.#port = list[4]! | 0;
    this.#pathnameStart = list[5]!;
    this.#searchStart = list[6]! | 0;
    this.#hashStart = list[7]! | 0;
  }

  static {
    isURL = (value): value is URL => typeof value === "object" && value !== null && #href in value;
    urlHref = (url) => url.#href;
  }
}
defineInterface("URL", URL);

/** The components of a URL, whatever worker code did to the prototype; without ":", "?" and "#". */
export interface URLComponents {
  protocol: string;
  username: string;
  password: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

const usernameOf = getterOf(URL.prototype, "username") as (url: URL) => string;
const passwordOf = getterOf(URL.prototype, "password") as (url: URL) => string;
const hostnameOf = getterOf(URL.prototype, "hostname") as (url: URL) => string;
const portOf = getterOf(URL.prototype, "port") as (url: URL) => string;
const pathnameOf = getterOf(URL.prototype, "pathname") as (url: URL) => string;
const protocolOf = getterOf(URL.prototype, "protocol") as (url: URL) => string;
const searchOf = getterOf(URL.prototype, "search") as (url: URL) => string;
const hashOf = getterOf(URL.prototype, "hash") as (url: URL) => string;

export function urlComponents(url: URL): URLComponents {
  return {
    protocol: StringPrototypeSlice(protocolOf(url), 0, -1),
    username: usernameOf(url),
    password: passwordOf(url),
    hostname: hostnameOf(url),
    port: portOf(url),
    pathname: pathnameOf(url),
    search: StringPrototypeSlice(searchOf(url), 1),
    hash: StringPrototypeSlice(hashOf(url), 1),
  };
}

/** The URL `href` with one part set (the numbers of ops.ts); null when the part refuses the value. */
export function updateURL(href: string, part: number, value: string): URL | null {
  const updated = ops.url_update(href, part, value, components ??= new OriginalUint32Array(8));
  return updated === undefined ? null : new URL(token, updated);
}

/** The URL, or null when the text is none. */
export function parseURL(input: string, base: string | undefined): URL | null {
  const href = ops.url_parse(input, base, components ??= new OriginalUint32Array(8));
  return href === undefined ? null : new URL(token, href);
}
