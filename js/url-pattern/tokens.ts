// https://urlpattern.spec.whatwg.org/#tokenizing
import { RegExpPrototypeExec, StringFromCodePoint, StringPrototypeCodePointAt, StringPrototypeSlice } from "../core/primordials.ts";

export type TokenType =
  | "open" | "close" | "regexp" | "name" | "char" | "escaped-char" | "other-modifier" | "asterisk" | "end" | "invalid-char";

export interface Token { type: TokenType; index: number; value: string }

const identifierStart = /^[$_\p{ID_Start}]$/u;
const identifierPart = /^[$_\u200C\u200D\p{ID_Continue}]$/u;

/** Whether a group's name may begin (`first`) or go on with this character. */
export function isNameCharacter(character: string, first: boolean): boolean {
  return RegExpPrototypeExec(first ? identifierStart : identifierPart, character) !== null;
}

/** The whole character at `index`, which may be two code units. */
export function characterAt(text: string, index: number): string {
  return StringFromCodePoint(StringPrototypeCodePointAt(text, index)!);
}

/** The tokens of a pattern; a lenient tokenizer takes what it does not understand for "invalid-char", a strict one throws. */
export function tokenize(input: string, lenient: boolean): Token[] {
  const tokens: Token[] = [];
  const length = input.length;
  let index = 0;

  const add = (type: TokenType, next: number, from: number, to = next): void => {
    tokens[tokens.length] = { type, index, value: StringPrototypeSlice(input, from, to) };
    index = next;
  };
  const fail = (next: number, from: number): void => {
    if (!lenient) throw new TypeError(`Invalid pattern '${input}': unexpected '${characterAt(input, index)}' at ${index}.`);
    add("invalid-char", next, from);
  };

  while (index < length) {
    const character = characterAt(input, index);
    const next = index + character.length;
    switch (character) {
      case "*": add("asterisk", next, index); break;
      case "+":
      case "?": add("other-modifier", next, index); break;
      case "{": add("open", next, index); break;
      case "}": add("close", next, index); break;
      case "\\":
        if (next >= length) fail(next, index);
        else add("escaped-char", next + characterAt(input, next).length, next);
        break;
      case ":": {
        let end = next;
        while (end < length && isNameCharacter(characterAt(input, end), end === next)) end += characterAt(input, end).length;
        if (end === next) fail(next, index);
        else add("name", end, next);
        break;
      }
      case "(": {
        const end = endOfRegExp(input, next);
        if (end <= next + 1) fail(next, index);
        else add("regexp", end, next, end - 1);
        break;
      }
      default: add("char", next, index);
    }
  }
  add("end", index, index);
  return tokens;
}

// Where the expression that begins at `start` ends, its ")" included; -1 when it is none.
function endOfRegExp(input: string, start: number): number {
  let depth = 1;
  for (let at = start; at < input.length; at++) {
    const character = input[at]!;
    if (character > "\x7f" || (at === start && character === "?")) return -1;
    if (character === "\\") {
      at++;
      if (at >= input.length || input[at]! > "\x7f") return -1;
    } else if (character === ")") {
      if (--depth === 0) return at + 1;
    } else if (character === "(") {
      // Capturing groups are the pattern's own.
      if (input[at + 1] !== "?") return -1;
      depth++;
    }
  }
  return -1;
}
