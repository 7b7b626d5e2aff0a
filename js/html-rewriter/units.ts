// The state behind the objects that handlers get: several handlers of one token get an object each over the same state.
import { StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { Mutations, type Piece } from "./content.ts";
import type { Edits } from "./edits.ts";

/** A batch of tokens. */
export interface Batch {
  readonly text: string;
  readonly numbers: Int32Array;
}

function rangeOf(batch: Batch, at: number): string {
  return StringPrototypeSlice(batch.text, batch.numbers[at]!, batch.numbers[at + 1]!);
}

export abstract class Unit {
  readonly index: number;
  mutations: Mutations | null = null;

  constructor(index: number) {
    this.index = index;
  }

  get isChanged(): boolean { return this.mutations !== null; }
  get removed(): boolean { return this.mutations !== null && this.mutations.removed; }

  mutate(): Mutations { return this.mutations ??= new Mutations(); }

  remove(): void { this.mutate().removed = true; }

  /** Writes the token itself. */
  write(edits: Edits): void { edits.raw(); }
}

interface Attribute {
  name: string;
  value: string;
  /** Its number in the document, -1 for a new one. */
  readonly original: number;
  changed: boolean;
}

export class ElementUnit extends Unit {
  readonly id: number;
  readonly namespace: number;
  readonly #batch: Batch;
  readonly #at: number;
  readonly #insideRemoved: boolean;
  #selfClosing: boolean;
  #name: string | null = null;
  #attributes: Attribute[] | null = null;
  #rewritten = false;
  /** Counts changes of the attributes: iterators do not survive them. */
  version = 0;
  endMutations: Mutations | null = null;
  endName: string | null = null;
  endHandler: Function | null = null;
  removesContent = false;

  constructor(index: number, batch: Batch, at: number, insideRemoved: boolean) {
    super(index);
    const numbers = batch.numbers;
    this.id = numbers[at]!;
    this.namespace = numbers[at + 1]! & 3;
    this.#selfClosing = (numbers[at + 1]! & 4) !== 0;
    this.#batch = batch;
    this.#at = at + 2;
    this.#insideRemoved = insideRemoved;
  }

  static lengthAt(batch: Batch, at: number): number {
    return 5 + 4 * batch.numbers[at + 4]!;
  }

  get hasContent(): boolean { return this.id !== 0; }
  override get removed(): boolean { return this.#insideRemoved || super.removed; }
  override get isChanged(): boolean { return this.#rewritten || this.mutations !== null; }
  get concernsEnd(): boolean { return this.removesContent || this.endMutations !== null || this.endName !== null || this.endHandler !== null; }

  get name(): string {
    return this.#name === null ? rangeOf(this.#batch, this.#at) : StringPrototypeToLowerCase(this.#name);
  }

  set name(name: string) {
    if (name === "") throw parserError("Tag name can't be empty.");
    const first = StringPrototypeCharCodeAt(name, 0) | 0x20;
    if (first < 97 || first > 122) throw parserError("The first character of the tag name should be an ASCII alphabetical character.");
    forbid(name, false, "tag name");
    this.#name = name;
    this.#rewritten = true;
    if (this.hasContent) this.endName = name;
  }

  getAttribute(name: string): string | null {
    const attributes = this.#attributes;
    if (attributes !== null) {
      const found = this.#find(attributes, asciiLower(name));
      return found === undefined ? null : found.value;
    }
    const at = this.#locate(name);
    return at === 0 ? null : rangeOf(this.#batch, at + 2);
  }

  // Without making strings of the attributes that nobody asks for.
  #locate(name: string): number {
    const wanted = asciiLower(name);
    const { text, numbers } = this.#batch;
    const end = this.#at + 3 + 4 * numbers[this.#at + 2]!;
    for (let at = this.#at + 3; at < end; at += 4) {
      const start = numbers[at]!;
      if (numbers[at + 1]! - start === wanted.length && StringPrototypeStartsWith(text, wanted, start)) return wanted === "" ? 0 : at;
    }
    return 0;
  }

  get attributes(): Attribute[] {
    if (this.#attributes !== null) return this.#attributes;
    const attributes: Attribute[] = [];
    const count = this.#batch.numbers[this.#at + 2]!;
    for (let i = 0; i < count; i++) {
      const at = this.#at + 3 + 4 * i;
      attributes[i] = { name: rangeOf(this.#batch, at), value: rangeOf(this.#batch, at + 2), original: i, changed: false };
    }
    return (this.#attributes = attributes);
  }

  #find(attributes: Attribute[], name: string): Attribute | undefined {
    for (let i = 0; i < attributes.length; i++) if (attributes[i]!.name === name) return attributes[i];
    return undefined;
  }

  setAttribute(name: string, value: string): void {
    if (name === "") throw parserError("Attribute name can't be empty.");
    forbid(name, true, "attribute name");
    const lower = asciiLower(name);
    const attributes = this.attributes;
    const found = this.#find(attributes, lower);
    if (found === undefined) {
      attributes[attributes.length] = { name: lower, value, original: -1, changed: true };
    } else {
      found.value = value;
      found.changed = true;
    }
    this.#rewritten = true;
    this.version++;
  }

  removeAttribute(name: string): void {
    this.version++;
    const lower = asciiLower(name);
    const attributes = this.attributes;
    const left: Attribute[] = [];
    for (let i = 0; i < attributes.length; i++) if (attributes[i]!.name !== lower) left[left.length] = attributes[i]!;
    if (left.length === attributes.length) return;
    this.#attributes = left;
    this.#rewritten = true;
  }

  #mutateEnd(): Mutations { return this.endMutations ??= new Mutations(); }

  after(piece: Piece): void {
    (this.hasContent ? this.#mutateEnd() : this.mutate()).addAfter(piece);
  }

  prepend(piece: Piece): void {
    if (!this.hasContent) return;
    this.#selfClosing = false;
    this.mutate().addAfter(piece);
  }

  append(piece: Piece): void {
    if (!this.hasContent) return;
    this.#selfClosing = false;
    this.#mutateEnd().addBefore(piece);
  }

  setInnerContent(piece: Piece): void {
    if (!this.hasContent) return;
    this.#selfClosing = false;
    this.#removeContent();
    this.mutate().addAfter(piece);
  }

  replace(piece: Piece): void {
    this.mutate().replace(piece);
    this.#removeAll();
  }

  override remove(): void {
    this.mutate().removed = true;
    this.#removeAll();
  }

  removeAndKeepContent(): void {
    this.mutate().removed = true;
    if (this.hasContent) this.#mutateEnd().removed = true;
  }

  #removeAll(): void {
    if (!this.hasContent) return;
    this.#removeContent();
    this.#mutateEnd().removed = true;
  }

  #removeContent(): void {
    this.mutate().after = [];
    if (this.endMutations !== null) this.endMutations.before.length = 0;
    this.removesContent = true;
  }

  override write(edits: Edits): void {
    if (!this.#rewritten) {
      edits.raw();
      return;
    }
    edits.startTag();
    if (this.#name === null) edits.number(-1);
    else edits.string(this.#name);
    const attributes = this.attributes;
    edits.number(attributes.length);
    for (let i = 0; i < attributes.length; i++) {
      const attribute = attributes[i]!;
      edits.number(attribute.original);
      if (!attribute.changed) {
        edits.number(-1);
        continue;
      }
      if (attribute.original < 0) edits.string(attribute.name);
      edits.string(attribute.value);
    }
    edits.number(this.#selfClosing ? 1 : 0);
  }
}

export class EndTagUnit extends Unit {
  readonly #batch: Batch;
  readonly #at: number;
  #name: string | null = null;

  constructor(index: number, batch: Batch, at: number) {
    super(index);
    this.#batch = batch;
    this.#at = at;
  }

  get name(): string { return this.#name === null ? rangeOf(this.#batch, this.#at) : StringPrototypeToLowerCase(this.#name); }
  set name(name: string) { this.#name = name; }
  override get isChanged(): boolean { return this.#name !== null || this.mutations !== null; }

  /** Takes over what was done to the element whose end this is. */
  adopt(element: ElementUnit): void {
    if (element.endName !== null) this.#name = element.endName;
    if (element.endMutations !== null) this.mutations = element.endMutations;
  }

  override write(edits: Edits): void {
    if (this.#name === null) edits.raw();
    else edits.endTag(this.#name);
  }
}

export class TextUnit extends Unit {
  readonly last: boolean;
  readonly #batch: Batch;
  readonly #at: number;

  constructor(index: number, batch: Batch, at: number) {
    super(index);
    this.last = batch.numbers[at] === 1;
    this.#batch = batch;
    this.#at = at + 1;
  }

  get text(): string { return rangeOf(this.#batch, this.#at); }
}

export class CommentUnit extends Unit {
  readonly #batch: Batch;
  readonly #at: number;
  #text: string | null = null;

  constructor(index: number, batch: Batch, at: number) {
    super(index);
    this.#batch = batch;
    this.#at = at;
  }

  get text(): string { return this.#text ?? rangeOf(this.#batch, this.#at); }
  set text(text: string) {
    if (StringPrototypeIncludes(text, "-->") || StringPrototypeIncludes(text, "--!>") || StringPrototypeStartsWith(text, ">") || StringPrototypeStartsWith(text, "->")) {
      throw parserError("Comment text shouldn't contain a comment-closing sequence.");
    }
    this.#text = text;
  }
  override get isChanged(): boolean { return this.#text !== null || this.mutations !== null; }

  override write(edits: Edits): void {
    if (this.#text === null) edits.raw();
    else edits.comment(this.#text);
  }
}

export class DoctypeUnit extends Unit {
  readonly #batch: Batch;
  readonly #at: number;

  constructor(index: number, batch: Batch, at: number) {
    super(index);
    this.#batch = batch;
    this.#at = at;
  }

  /** The name, the public id, the system id. */
  part(number: number): string | null {
    const at = this.#at + 2 * number;
    return this.#batch.numbers[at]! < 0 ? null : rangeOf(this.#batch, at);
  }
}

/** The document's end: there is no token, but content can be added. */
export class DocumentEndUnit extends Unit {
  override write(): void {}
}

function parserError(message: string): TypeError {
  return new TypeError(`Parser error: ${message}`);
}

/** Names compare without regard to the case of ASCII letters only. */
function asciiLower(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code > 127) return lowerAsciiOnly(text);
    if (code >= 65 && code <= 90) return lowerAsciiOnly(text);
  }
  return text;
}

function lowerAsciiOnly(text: string): string {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    const code = StringPrototypeCharCodeAt(text, i);
    result += code >= 65 && code <= 90 ? StringPrototypeToLowerCase(character) : character;
  }
  return result;
}

function forbid(name: string, attribute: boolean, what: string): void {
  for (let i = 0; i < name.length; i++) {
    const character = name[i]!;
    switch (character) {
      case " ": case "\n": case "\r": case "\t": case "\f": case "/": case ">":
        throw parserError(`\`${character}\` character is forbidden in the ${what}`);
      case "=":
        if (attribute) throw parserError(`\`${character}\` character is forbidden in the ${what}`);
    }
  }
}

export function tokenEnded(): TypeError {
  return new TypeError("This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler.");
}
