import { defineInterface } from "../core/define.ts";
import { IteratorPrototype } from "../core/pair-iterator.ts";
import { ObjectDefineProperty, ObjectSetPrototypeOf, SymbolIterator } from "../core/primordials.ts";
import { type ElementUnit, tokenEnded } from "./units.ts";

const key = {};

export let createAttributesIterator: (unit: ElementUnit) => AttributesIterator;
export let endAttributesIterator: (iterator: AttributesIterator) => void;

/** Iterates over an element's attributes; changing them ends it. */
export class AttributesIterator {
  #unit: ElementUnit | null;
  readonly #version: number;
  #next = 0;

  constructor(given: unknown, unit: ElementUnit) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#unit = unit;
    this.#version = unit.version;
  }

  next(): { done: boolean; value: [string, string] | undefined } {
    const unit = this.#unit;
    if (unit === null) throw tokenEnded();
    if (unit.version !== this.#version) {
      throw new Error("The attributes of this element have been modified during iteration. You must create a new iterator after modifying attributes.");
    }
    const attributes = unit.attributes;
    if (this.#next >= attributes.length) return { done: true, value: undefined };
    const { name, value } = attributes[this.#next++]!;
    return { done: false, value: [name, value] };
  }

  static {
    createAttributesIterator = (unit) => new AttributesIterator(key, unit);
    endAttributesIterator = (iterator) => { iterator.#unit = null; };
  }
}
defineInterface("AttributesIterator", AttributesIterator);
ObjectSetPrototypeOf(AttributesIterator.prototype, IteratorPrototype);
ObjectDefineProperty(AttributesIterator.prototype, SymbolIterator, {
  __proto__: null,
  value(this: AttributesIterator): AttributesIterator { return this; },
  writable: true,
  configurable: true,
} as PropertyDescriptor);
