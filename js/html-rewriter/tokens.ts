// What handlers are given (https://developers.cloudflare.com/workers/runtime-apis/html-rewriter/). Each object is good
// for one call of one handler, up to the end of the promise that the call returned.
import { defineInterface } from "../core/define.ts";
import { toDOMString } from "../core/webidl.ts";
import { AttributesIterator, createAttributesIterator, endAttributesIterator } from "./attributes-iterator.ts";
import { type ContentOptions, readContent, readText } from "./content.ts";
import { namespaces } from "./records.ts";
import { type CommentUnit, type DoctypeUnit, type DocumentEndUnit, type ElementUnit, type EndTagUnit, type TextUnit, tokenEnded } from "./units.ts";

export interface Token {}

const key = {};

function checkKey(given: unknown): void {
  if (given !== key) throw new TypeError("Illegal constructor");
}

function live<U>(unit: U | null): U {
  if (unit === null) throw tokenEnded();
  return unit;
}

function requireString(given: number, position: number, what: string): void {
  if (given < position) throw new TypeError(`${what}: parameter ${position} is not of type 'string'.`);
}

function requireFunction(value: unknown, what: string): Function {
  if (typeof value !== "function") throw new TypeError(`${what}: parameter 1 is not of type 'function'.`);
  return value;
}

export let endElement: (token: Element) => void;

export class Element {
  #unit: ElementUnit | null;
  #iterators: AttributesIterator[] | null = null;

  constructor(given: unknown, unit: ElementUnit) {
    checkKey(given);
    this.#unit = unit;
  }

  get tagName(): string { return live(this.#unit).name; }
  set tagName(name: string) { live(this.#unit).name = toDOMString(name); }
  get namespaceURI(): string { return namespaces[live(this.#unit).namespace]!; }
  get removed(): boolean { return live(this.#unit).removed; }
  get attributes(): AttributesIterator {
    const iterator = createAttributesIterator(live(this.#unit));
    const iterators = this.#iterators ??= [];
    iterators[iterators.length] = iterator;
    return iterator;
  }

  getAttribute(name: string): string | null {
    const unit = live(this.#unit);
    requireString(arguments.length, 1, "Failed to execute 'getAttribute' on 'Element'");
    return unit.getAttribute(toDOMString(name));
  }

  hasAttribute(name: string): boolean {
    const unit = live(this.#unit);
    requireString(arguments.length, 1, "Failed to execute 'hasAttribute' on 'Element'");
    return unit.getAttribute(toDOMString(name)) !== null;
  }

  setAttribute(name: string, value: string): this {
    const unit = live(this.#unit);
    const what = "Failed to execute 'setAttribute' on 'Element'";
    requireString(arguments.length, 1, what);
    requireString(arguments.length, 2, what);
    unit.setAttribute(toDOMString(name), toDOMString(value));
    return this;
  }

  removeAttribute(name: string): this {
    const unit = live(this.#unit);
    requireString(arguments.length, 1, "Failed to execute 'removeAttribute' on 'Element'");
    unit.removeAttribute(toDOMString(name));
    return this;
  }

  before(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'before' on 'Element'");
    if (piece !== null) unit.mutate().addBefore(piece);
    return this;
  }

  after(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'after' on 'Element'");
    if (piece !== null) unit.after(piece);
    return this;
  }

  prepend(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'prepend' on 'Element'");
    if (piece !== null) unit.prepend(piece);
    return this;
  }

  append(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'append' on 'Element'");
    if (piece !== null) unit.append(piece);
    return this;
  }

  replace(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'replace' on 'Element'");
    if (piece !== null) unit.replace(piece);
    return this;
  }

  setInnerContent(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'setInnerContent' on 'Element'");
    if (piece !== null) unit.setInnerContent(piece);
    return this;
  }

  remove(): this {
    live(this.#unit).remove();
    return this;
  }

  removeAndKeepContent(): this {
    live(this.#unit).removeAndKeepContent();
    return this;
  }

  onEndTag(handler: unknown): void {
    const unit = live(this.#unit);
    const callback = requireFunction(handler, "Failed to execute 'onEndTag' on 'Element'");
    if (!unit.hasContent) throw new TypeError("Parser error: No end tag.");
    unit.endHandler = callback;
  }

  static {
    endElement = (token) => {
      token.#unit = null;
      const iterators = token.#iterators;
      if (iterators !== null) for (let i = 0; i < iterators.length; i++) endAttributesIterator(iterators[i]!);
    };
  }
}
defineInterface("Element", Element);

export let endEndTag: (token: EndTag) => void;

export class EndTag {
  #unit: EndTagUnit | null;

  constructor(given: unknown, unit: EndTagUnit) {
    checkKey(given);
    this.#unit = unit;
  }

  get name(): string { return live(this.#unit).name; }
  set name(name: string) { live(this.#unit).name = toDOMString(name); }

  before(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'before' on 'EndTag'");
    if (piece !== null) unit.mutate().addBefore(piece);
    return this;
  }

  after(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'after' on 'EndTag'");
    if (piece !== null) unit.mutate().addAfter(piece);
    return this;
  }

  remove(): this {
    live(this.#unit).remove();
    return this;
  }

  static {
    endEndTag = (token) => { token.#unit = null; };
  }
}
defineInterface("EndTag", EndTag);

export let endText: (token: Text) => void;

export class Text {
  #unit: TextUnit | null;

  constructor(given: unknown, unit: TextUnit) {
    checkKey(given);
    this.#unit = unit;
  }

  get text(): string { return live(this.#unit).text; }
  get lastInTextNode(): boolean { return live(this.#unit).last; }
  get removed(): boolean { return live(this.#unit).removed; }

  before(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'before' on 'Text'");
    if (piece !== null) unit.mutate().addBefore(piece);
    return this;
  }

  after(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'after' on 'Text'");
    if (piece !== null) unit.mutate().addAfter(piece);
    return this;
  }

  replace(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    const piece = readContent(arguments.length, content, options, "Failed to execute 'replace' on 'Text'");
    if (piece !== null) unit.mutate().replace(piece);
    return this;
  }

  remove(): this {
    live(this.#unit).remove();
    return this;
  }

  static {
    endText = (token) => { token.#unit = null; };
  }
}
defineInterface("Text", Text);

export let endComment: (token: Comment) => void;

export class Comment {
  #unit: CommentUnit | null;

  constructor(given: unknown, unit: CommentUnit) {
    checkKey(given);
    this.#unit = unit;
  }

  get text(): string { return live(this.#unit).text; }
  set text(text: string) { live(this.#unit).text = toDOMString(text); }
  get removed(): boolean { return live(this.#unit).removed; }

  before(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    unit.mutate().addBefore(readText(arguments.length, content, options, "Failed to execute 'before' on 'Comment'"));
    return this;
  }

  after(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    unit.mutate().addAfter(readText(arguments.length, content, options, "Failed to execute 'after' on 'Comment'"));
    return this;
  }

  replace(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    unit.mutate().replace(readText(arguments.length, content, options, "Failed to execute 'replace' on 'Comment'"));
    return this;
  }

  remove(): this {
    live(this.#unit).remove();
    return this;
  }

  static {
    endComment = (token) => { token.#unit = null; };
  }
}
defineInterface("Comment", Comment);

export let endDoctype: (token: Doctype) => void;

export class Doctype {
  #unit: DoctypeUnit | null;

  constructor(given: unknown, unit: DoctypeUnit) {
    checkKey(given);
    this.#unit = unit;
  }

  get name(): string | null { return live(this.#unit).part(0); }
  get publicId(): string | null { return live(this.#unit).part(1); }
  get systemId(): string | null { return live(this.#unit).part(2); }

  static {
    endDoctype = (token) => { token.#unit = null; };
  }
}
defineInterface("Doctype", Doctype);

export let endDocumentEnd: (token: DocumentEnd) => void;

export class DocumentEnd {
  #unit: DocumentEndUnit | null;

  constructor(given: unknown, unit: DocumentEndUnit) {
    checkKey(given);
    this.#unit = unit;
  }

  append(content: unknown, options?: ContentOptions): this {
    const unit = live(this.#unit);
    unit.mutate().addBefore(readText(arguments.length, content, options, "Failed to execute 'append' on 'DocumentEnd'"));
    return this;
  }

  static {
    endDocumentEnd = (token) => { token.#unit = null; };
  }
}
defineInterface("DocumentEnd", DocumentEnd);

/** How a handler's object is made of a unit, and how its life ends. */
export const tokenKinds = {
  element: { create: (unit: ElementUnit): Token => new Element(key, unit), end: endElement },
  endTag: { create: (unit: EndTagUnit): Token => new EndTag(key, unit), end: endEndTag },
  text: { create: (unit: TextUnit): Token => new Text(key, unit), end: endText },
  comments: { create: (unit: CommentUnit): Token => new Comment(key, unit), end: endComment },
  doctype: { create: (unit: DoctypeUnit): Token => new Doctype(key, unit), end: endDoctype },
  documentEnd: { create: (unit: DocumentEndUnit): Token => new DocumentEnd(key, unit), end: endDocumentEnd },
};
