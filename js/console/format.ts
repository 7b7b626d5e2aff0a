// https://console.spec.whatwg.org/#formatter
import { errorStack } from "../core/error-stack.ts";
import { ArrayPrototypeJoin, ArrayPrototypePush, JSONStringify, NumberParseFloat, NumberParseInt, NumberPrototypeToString, StringPrototypeIndexOf, StringPrototypeSlice } from "../core/primordials.ts";
import { inspect } from "./inspect.ts";
import { numberText, primitiveText, symbolText } from "./text.ts";

const longestMessage = 256 * 1024;
const OriginalNumber = Number;

/** The arguments of console.log as one text. */
export function formatArguments(args: unknown[]): string {
  const parts: string[] = [];
  let next = 0;
  const first = args[0];
  if (typeof first === "string" && args.length > 1) {
    const formatted = substitute(first, args);
    ArrayPrototypePush(parts, formatted.text);
    next = formatted.next;
  }
  for (; next < args.length; next++) {
    const value = args[next];
    ArrayPrototypePush(parts, typeof value === "string" ? value : inspect(value));
  }
  return limit(ArrayPrototypeJoin(parts, " "));
}

export function limit(text: string): string {
  return text.length <= longestMessage ? text : `${StringPrototypeSlice(text, 0, longestMessage)}... ${text.length - longestMessage} more characters`;
}

function substitute(format: string, args: unknown[]): { text: string; next: number } {
  let text = "";
  let next = 1;
  let start = 0;
  for (let at = StringPrototypeIndexOf(format, "%"); at !== -1 && at + 1 < format.length; at = StringPrototypeIndexOf(format, "%", at)) {
    const specifier = format[at + 1]!;
    if (specifier === "%") {
      text += StringPrototypeSlice(format, start, at + 1);
      start = at += 2;
      continue;
    }
    if (next >= args.length || StringPrototypeIndexOf("sdifjoOc", specifier) === -1) {
      at += 1;
      continue;
    }
    text += StringPrototypeSlice(format, start, at) + convert(specifier, args[next++]);
    start = at += 2;
  }
  return { text: text + StringPrototypeSlice(format, start), next };
}

function convert(specifier: string, value: unknown): string {
  switch (specifier) {
    case "s":
      if (typeof value === "string") return value;
      if (typeof value === "object" && value !== null) return errorStack(value) ?? inspect(value, { depth: 0 });
      return typeof value === "symbol" ? symbolText(value) : typeof value === "function" ? inspect(value) : primitiveText(value, longestMessage);
    case "d":
      if (typeof value === "bigint") return primitiveText(value, longestMessage);
      return numberText(isScalar(value) ? OriginalNumber(value) : NaN);
    case "i":
      if (typeof value === "bigint") return primitiveText(value, longestMessage);
      return numberText(isScalar(value) ? NumberParseInt(value as string) : NaN);
    case "f": return NumberPrototypeToString(isScalar(value) ? NumberParseFloat(value as string) : NaN);
    case "j": return json(value);
    case "o": return inspect(value, { depth: 4, showHidden: true });
    case "O": return inspect(value);
    default: return "";
  }
}

// Only these convert to a number without running code of the worker's.
function isScalar(value: unknown): boolean {
  return typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol";
}

function json(value: unknown): string {
  try {
    return JSONStringify(value) ?? "undefined";
  } catch {
    // A cycle, a BigInt, a toJSON that throws: the log goes on.
    return inspect(value);
  }
}
