// https://urlpattern.spec.whatwg.org/#parse-a-pattern-string: a pattern is a list of parts.
import { StringPrototypeIncludes } from "../core/primordials.ts";
import { tokenize, type Token, type TokenType } from "./tokens.ts";

export type PartType = "fixed-text" | "regexp" | "segment-wildcard" | "full-wildcard";
export type Modifier = "" | "?" | "*" | "+";

export interface Part { type: PartType; value: string; modifier: Modifier; name: string; prefix: string; suffix: string }

/** `delimiter` ends a segment wildcard (`:name`), `prefix` belongs to the group behind it; each one character or none. */
export interface ComponentOptions { delimiter: string; prefix: string; ignoreCase: boolean }

/** Checks and canonicalises text that stands in a component as it is. */
export type Encode = (text: string) => string;

export const FULL_WILDCARD = ".*";

export function segmentWildcard(options: ComponentOptions): string {
  return `[^${escapeRegExp(options.delimiter)}]+?`;
}

export function escapeRegExp(text: string): string {
  return escape(text, ".+*?^${}()[]|/\\");
}

export function escapePattern(text: string): string {
  return escape(text, "+*?:{}()\\");
}

function escape(text: string, special: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    if (StringPrototypeIncludes(special, text[i]!)) result += "\\";
    result += text[i]!;
  }
  return result;
}

export function parsePattern(input: string, options: ComponentOptions, encode: Encode): Part[] {
  return new PatternParser(input, options, encode).parse();
}

class PatternParser {
  readonly #input: string;
  readonly #options: ComponentOptions;
  readonly #encode: Encode;
  readonly #tokens: Token[];
  readonly #parts: Part[] = [];
  #pendingText = "";
  #index = 0;
  #nextNumber = 0;

  constructor(input: string, options: ComponentOptions, encode: Encode) {
    this.#input = input;
    this.#options = options;
    this.#encode = encode;
    this.#tokens = tokenize(input, false);
  }

  parse(): Part[] {
    while (this.#index < this.#tokens.length) {
      const char = this.#take("char");
      const name = this.#take("name");
      const matcher = this.#takeMatcher(name);
      if (name !== undefined || matcher !== undefined) {
        let prefix = char?.value ?? "";
        if (prefix !== "" && prefix !== this.#options.prefix) {
          this.#pendingText += prefix;
          prefix = "";
        }
        this.#addPendingText();
        this.#addPart(prefix, name, matcher, "", this.#takeModifier());
        continue;
      }
      const text = char ?? this.#take("escaped-char");
      if (text !== undefined) {
        this.#pendingText += text.value;
        continue;
      }
      if (this.#take("open") !== undefined) {
        const prefix = this.#takeText();
        const groupName = this.#take("name");
        const groupMatcher = this.#takeMatcher(groupName);
        const suffix = this.#takeText();
        this.#require("close");
        this.#addPart(prefix, groupName, groupMatcher, suffix, this.#takeModifier());
        continue;
      }
      this.#addPendingText();
      this.#require("end");
    }
    return this.#parts;
  }

  #take(type: TokenType): Token | undefined {
    const token = this.#tokens[this.#index]!;
    if (token === undefined || token.type !== type) return undefined;
    this.#index++;
    return token;
  }

  #require(type: TokenType): void {
    if (this.#take(type) === undefined) {
      const found = this.#tokens[this.#index]!;
      throw new TypeError(`Invalid pattern '${this.#input}': unexpected '${found.value}' at ${found.index}.`);
    }
  }

  #takeModifier(): Modifier {
    return (this.#take("other-modifier") ?? this.#take("asterisk"))?.value as Modifier | undefined ?? "";
  }

  #takeMatcher(name: Token | undefined): Token | undefined {
    return this.#take("regexp") ?? (name === undefined ? this.#take("asterisk") : undefined);
  }

  #takeText(): string {
    let text = "";
    for (;;) {
      const token = this.#take("char") ?? this.#take("escaped-char");
      if (token === undefined) return text;
      text += token.value;
    }
  }

  #addPendingText(): void {
    if (this.#pendingText === "") return;
    const value = this.#encode(this.#pendingText);
    this.#pendingText = "";
    this.#push("fixed-text", value, "", "", "", "");
  }

  #addPart(prefix: string, nameToken: Token | undefined, matcher: Token | undefined, suffix: string, modifier: Modifier): void {
    if (nameToken === undefined && matcher === undefined) {
      if (modifier === "") {
        this.#pendingText += prefix;
        return;
      }
      this.#addPendingText();
      if (prefix !== "") this.#push("fixed-text", this.#encode(prefix), modifier, "", "", "");
      return;
    }
    this.#addPendingText();
    const expression = matcher === undefined ? segmentWildcard(this.#options) : matcher.type === "asterisk" ? FULL_WILDCARD : matcher.value;
    const name = nameToken === undefined ? `${this.#nextNumber++}` : nameToken.value;
    for (let i = 0; i < this.#parts.length; i++) {
      if (this.#parts[i]!.name === name) throw new TypeError(`Invalid pattern '${this.#input}': there are two groups named '${name}'.`);
    }
    const type = expression === segmentWildcard(this.#options) ? "segment-wildcard" : expression === FULL_WILDCARD ? "full-wildcard" : "regexp";
    this.#push(type, type === "regexp" ? expression : "", modifier, name, this.#encode(prefix), this.#encode(suffix));
  }

  #push(type: PartType, value: string, modifier: Modifier, name: string, prefix: string, suffix: string): void {
    this.#parts[this.#parts.length] = { type, value, modifier, name, prefix, suffix };
  }
}
