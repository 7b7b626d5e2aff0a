const { URL } = internalBinding("layer").global;
export const domainToASCII = (domain: string): string => internalBinding("encoding_binding").toASCII(domain);
export const domainToUnicode = (domain: string): string => internalBinding("encoding_binding").toUnicode(domain);
export const canParse = (url: string, base?: string): boolean => URL.canParse(url, base);

/** A URL's text without the parts that are not wanted. */
export function format(href: string, fragment: boolean, unicode: boolean, search: boolean, auth: boolean): string {
  const url = new URL(href);
  if (!fragment) url.hash = "";
  if (!search) url.search = "";
  if (!auth) url.username = url.password = "";
  return unicode && url.hostname !== "" ? url.href.replace(url.hostname, domainToUnicode(url.hostname)) : url.href;
}
