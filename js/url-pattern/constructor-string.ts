// https://urlpattern.spec.whatwg.org/#constructor-string-parsing: cuts "https://*.example.com/:id" into components.
import { StringPrototypeSlice } from "../core/primordials.ts";
import type { ComponentName, URLPatternInit } from "./init.ts";
import { tokenize, type Token } from "./tokens.ts";

type State = "init" | "authority" | "done" | ComponentName;

const order: ComponentName[] = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"];

/** `isSpecial` tells whether a protocol pattern can match a special scheme. */
export function parseConstructorString(input: string, isSpecial: (protocol: string) => boolean): URLPatternInit {
  return new ConstructorStringParser(input, isSpecial).parse();
}

class ConstructorStringParser {
  readonly #input: string;
  readonly #isSpecial: (protocol: string) => boolean;
  readonly #tokens: Token[];
  readonly #result: URLPatternInit = { __proto__: null } as URLPatternInit;
  #state: State = "init";
  #start = 0;
  #index = 0;
  #increment = 1;
  #protocolIsSpecial = false;

  constructor(input: string, isSpecial: (protocol: string) => boolean) {
    this.#input = input;
    this.#isSpecial = isSpecial;
    this.#tokens = tokenize(input, true);
  }

  parse(): URLPatternInit {
    let groupDepth = 0;
    let bracketDepth = 0;
    for (; this.#index < this.#tokens.length; this.#index += this.#increment) {
      this.#increment = 1;
      const { type } = this.#tokens[this.#index]!;
      if (type === "end") {
        if (this.#state === "init") {
          // There is no protocol, so it is relative.
          this.#rewind("init");
          if (this.#is("#")) this.#change("hash", 1);
          else if (this.#isSearchPrefix()) this.#change("search", 1);
          else this.#change("pathname", 0);
          continue;
        }
        if (this.#state === "authority") {
          this.#rewind("hostname");
          continue;
        }
        this.#change("done", 0);
        break;
      }
      if (type === "open") {
        groupDepth++;
        continue;
      }
      if (groupDepth > 0) {
        if (type !== "close") continue;
        groupDepth--;
      }
      switch (this.#state) {
        case "init":
          if (this.#is(":")) this.#rewind("protocol");
          break;
        case "protocol":
          if (this.#is(":")) {
            this.#protocolIsSpecial = this.#isSpecial(this.#text());
            if (this.#is("/", 1) && this.#is("/", 2)) this.#change("authority", 3);
            else this.#change(this.#protocolIsSpecial ? "authority" : "pathname", 1);
          }
          break;
        case "authority":
          if (this.#is("@")) this.#rewind("username");
          else if (this.#is("/") || this.#isSearchPrefix() || this.#is("#")) this.#rewind("hostname");
          break;
        case "username":
          if (this.#is(":")) this.#change("password", 1);
          else if (this.#is("@")) this.#change("hostname", 1);
          break;
        case "password":
          if (this.#is("@")) this.#change("hostname", 1);
          break;
        case "hostname":
          if (this.#is("[")) bracketDepth++;
          else if (this.#is("]")) bracketDepth--;
          else if (this.#is(":") && bracketDepth === 0) this.#change("port", 1);
          else this.#endBefore(true);
          break;
        case "port":
          this.#endBefore(true);
          break;
        case "pathname":
          this.#endBefore(false);
          break;
        case "search":
          if (this.#is("#")) this.#change("hash", 1);
      }
    }
    if (this.#result.hostname !== undefined && this.#result.port === undefined) this.#result.port = "";
    return this.#result;
  }

  #endBefore(pathname: boolean): void {
    if (pathname && this.#is("/")) this.#change("pathname", 0);
    else if (this.#isSearchPrefix()) this.#change("search", 1);
    else if (this.#is("#")) this.#change("hash", 1);
  }

  #change(state: State, skip: number): void {
    const from = this.#state;
    if (from !== "init" && from !== "authority" && from !== "done") this.#result[from] = this.#text();
    if (from !== "init" && state !== "done") this.#fillBetween(from, state);
    this.#state = state;
    this.#index += skip;
    this.#start = this.#index;
    this.#increment = 0;
  }

  // Components that were passed over are empty: only those that were never reached match anything.
  #fillBetween(from: State, to: State): void {
    const left = from === "authority" ? 2 : position(from);
    const reached = position(to);
    if (left < 3 && reached > 3) this.#result.hostname ??= "";
    if (left < 5 && reached > 5) this.#result.pathname ??= this.#protocolIsSpecial ? "/" : "";
    if (left < 6 && reached > 6) this.#result.search ??= "";
  }

  #rewind(state: State): void {
    this.#index = this.#start;
    this.#increment = 0;
    this.#state = state;
  }

  #text(): string {
    return StringPrototypeSlice(this.#input, this.#token(this.#start).index, this.#tokens[this.#index]!.index);
  }

  #token(index: number): Token {
    return this.#tokens[index] ?? this.#tokens[this.#tokens.length - 1]!;
  }

  // Whether the character stands there for itself.
  #is(character: string, offset = 0): boolean {
    const { type, value } = this.#token(this.#index + offset);
    return value === character && (type === "char" || type === "escaped-char" || type === "invalid-char");
  }

  // "?" is a modifier, too: behind a group.
  #isSearchPrefix(): boolean {
    if (this.#is("?")) return true;
    if (this.#tokens[this.#index]!.value !== "?") return false;
    if (this.#index === 0) return true;
    const { type } = this.#token(this.#index - 1);
    return type !== "name" && type !== "regexp" && type !== "close" && type !== "asterisk";
  }
}

function position(state: State): number {
  for (let i = 0; i < order.length; i++) if (order[i] === state) return i;
  return -1;
}
