// https://urlpattern.spec.whatwg.org/#component: one part of the URL, compiled to a regular expression.
import { ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeEndsWith } from "../core/primordials.ts";
import { escapePattern, escapeRegExp, FULL_WILDCARD, parsePattern, segmentWildcard, type ComponentOptions, type Encode, type Part } from "./parts.ts";
import { characterAt, isNameCharacter } from "./tokens.ts";

const OriginalRegExp = RegExp;

export interface Component { pattern: string; expression: RegExp; names: string[]; hasRegExpGroups: boolean }

export interface ComponentResult { input: string; groups: Record<string, string | undefined> }

export function compileComponent(input: string, encode: Encode, options: ComponentOptions): Component {
  const parts = parsePattern(input, options, encode);
  const names: string[] = [];
  const source = regularExpression(parts, names, options);
  let hasRegExpGroups = false;
  for (let i = 0; i < parts.length; i++) if (parts[i]!.type === "regexp") hasRegExpGroups = true;
  let expression: RegExp;
  try {
    expression = new OriginalRegExp(source, options.ignoreCase ? "vi" : "v");
  } catch (error) {
    throw new TypeError(`Invalid pattern '${input}': ${(error as SyntaxError).message}`);
  }
  return { pattern: patternText(parts, options), expression, names, hasRegExpGroups };
}

export function componentMatches(component: Component, input: string): boolean {
  return RegExpPrototypeExec(component.expression, input) !== null;
}

/** The groups of `input`; null when it does not match. */
export function matchComponent(component: Component, input: string): ComponentResult | null {
  const match = RegExpPrototypeExec(component.expression, input);
  if (match === null) return null;
  const groups: Record<string, string | undefined> = {};
  for (let i = 0; i < component.names.length; i++) {
    const attributes = { __proto__: null, value: match[i + 1], writable: true, enumerable: true, configurable: true };
    ObjectDefineProperty(groups, component.names[i]!, attributes as PropertyDescriptor);
  }
  return { input, groups };
}

function regularExpression(parts: Part[], names: string[], options: ComponentOptions): string {
  let result = "^";
  for (let i = 0; i < parts.length; i++) {
    const { type, value, modifier, name, prefix, suffix } = parts[i]!;
    if (type === "fixed-text") {
      result += modifier === "" ? escapeRegExp(value) : `(?:${escapeRegExp(value)})${modifier}`;
      continue;
    }
    names[names.length] = name;
    const expression = type === "segment-wildcard" ? segmentWildcard(options) : type === "full-wildcard" ? FULL_WILDCARD : value;
    const once = modifier === "" || modifier === "?";
    if (prefix === "" && suffix === "") {
      result += once ? `(${expression})${modifier}` : `((?:${expression})${modifier})`;
      continue;
    }
    const before = escapeRegExp(prefix);
    const after = escapeRegExp(suffix);
    result += once
      ? `(?:${before}(${expression})${after})${modifier}`
      : `(?:${before}((?:${expression})(?:${after}${before}(?:${expression}))*)${after})${modifier === "*" ? "?" : ""}`;
  }
  return result + "$";
}

// "Generate a pattern string": what the component's getter answers.
function patternText(parts: Part[], options: ComponentOptions): string {
  let result = "";
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const previous = i > 0 ? parts[i - 1] : undefined;
    const next = parts[i + 1];
    if (part.type === "fixed-text") {
      result += part.modifier === "" ? escapePattern(part.value) : `{${escapePattern(part.value)}}${part.modifier}`;
      continue;
    }
    const named = !isDigit(part.name[0]!);
    const grouped = needsBraces(part, named, previous, next, options);
    if (grouped) result += "{";
    result += escapePattern(part.prefix);
    if (named) result += `:${part.name}`;
    if (part.type === "regexp") {
      result += `(${part.value})`;
    } else if (part.type === "segment-wildcard") {
      if (!named) result += `(${segmentWildcard(options)})`;
    } else {
      const short = !named && (previous === undefined || previous.type === "fixed-text" || previous.modifier !== "" || grouped || part.prefix !== "");
      result += short ? "*" : `(${FULL_WILDCARD})`;
    }
    // Or the suffix would be read as more of the name.
    if (part.type === "segment-wildcard" && named && part.suffix !== "" && isNameCharacter(characterAt(part.suffix, 0), false)) result += "\\";
    result += escapePattern(part.suffix);
    if (grouped) result += "}";
    result += part.modifier;
  }
  return result;
}

function needsBraces(part: Part, named: boolean, previous: Part | undefined, next: Part | undefined, options: ComponentOptions): boolean {
  if (part.suffix !== "" || (part.prefix !== "" && part.prefix !== options.prefix)) return true;
  if (named && part.type === "segment-wildcard" && part.modifier === "" && next !== undefined && next.prefix === "" && next.suffix === "") {
    const joins = next.type === "fixed-text" ? isNameCharacter(characterAt(next.value, 0), false) : isDigit(next.name[0]!);
    if (joins) return true;
  }
  return part.prefix === "" && previous !== undefined && previous.type === "fixed-text" && options.prefix !== "" && StringPrototypeEndsWith(previous.value, options.prefix);
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}
