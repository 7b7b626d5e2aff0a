// Domain names: the URL parser's own conversion.
const { global } = internalBinding("layer");
const { URL } = global;

export function toASCII(domain: string): string {
  if (domain === "") return "";
  const url = URL.parse(`ws://${domain}`);
  return url === null ? "" : url.hostname;
}

export function toUnicode(domain: string): string {
  const { toUnicode: decode } = require("punycode");
  return decode(toASCII(domain));
}
