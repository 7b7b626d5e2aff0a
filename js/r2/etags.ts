// The entity tags of If-Match and If-None-Match, read as workerd reads them (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3).
import { StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith } from "../core/primordials.ts";
import type { OptionList } from "./options.ts";

/** Adds the tags of a header's value under `name`; `nameAny` stands for `*`, `nameWeak` for weak ones. */
export function readETags(list: OptionList, name: string, header: string, headerName: string): void {
  let rest = header;
  let any = false;
  let separated = true;
  for (;;) {
    rest = trimStart(rest);
    if (rest.length === 0) break;
    const first = rest[0];
    if (first === ",") {
      rest = StringPrototypeSlice(rest, 1);
      separated = true;
      continue;
    }
    if (first !== "*" && first !== "W" && first !== '"') break;
    if (!separated) throw new Error(`Comma was expected to separate etags. ${found(first)}`);
    any = true;
    if (first === "*") {
      list.add(`${name}Any`, "");
      return;
    }
    if (first === "W" && !StringPrototypeStartsWith(rest, 'W/"')) throw new Error("Weak etags must start with W/ and their value must be quoted");
    const start = first === "W" ? 3 : 1;
    const end = StringPrototypeIndexOf(rest, '"', start);
    if (end < 0) throw new Error("Unclosed double quote for Etag");
    list.add(first === "W" ? `${name}Weak` : name, StringPrototypeSlice(rest, start, end));
    rest = StringPrototypeSlice(rest, end + 1);
    separated = false;
  }
  if (!any) throw new Error(`Invalid ETag in ${headerName} header`);
}

function found(character: string): string {
  switch (character) {
    case "*": return "Encountered a wildcard character '*' instead.";
    case "W": return "Encountered a weak quotation character 'W' instead. This would otherwise indicate the start of a new weak etag.";
    default: return "Encountered a double quote character '\"' instead. This would otherwise indicate the start of a new strong etag.";
  }
}

function trimStart(text: string): string {
  let at = 0;
  for (; at < text.length; at++) {
    const code = StringPrototypeCharCodeAt(text, at);
    if (code !== 32 && code !== 9) break;
  }
  return at === 0 ? text : StringPrototypeSlice(text, at);
}
