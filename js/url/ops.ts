declare module "../core/ops.ts" {
  interface Ops {
    /** The serialised URL, its components in `out` (ada_url_components); undefined when it is none. */
    url_parse(input: string, base: string | undefined, out: Uint32Array): string | undefined;
    url_can_parse(input: string, base: string | undefined): boolean;
    /** The URL with one part set; undefined when the part refuses the value. */
    url_update(href: string, part: number, value: string, out: Uint32Array): string | undefined;
    /** "Domain to ASCII"; empty for a failure. */
    domain_to_ascii(domain: string): string;
    urlencoded_parse(text: string): string[];
    urlencoded_serialize(pairs: string[]): string;
  }
}

// `part` of url_update; native/url.cc has the same list.
export const PROTOCOL = 0;
export const USERNAME = 1;
export const PASSWORD = 2;
export const HOST = 3;
export const HOSTNAME = 4;
export const PORT = 5;
export const PATHNAME = 6;
export const SEARCH = 7;
export const HASH = 8;
