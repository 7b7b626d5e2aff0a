// The iterators of WebIDL's "iterable<K, V>" interfaces: Headers, FormData, URLSearchParams.
import { ObjectDefineProperty, ObjectGetPrototypeOf, ObjectSetPrototypeOf, SymbolIterator, SymbolToStringTag, WeakMapPrototypeGet, WeakMapPrototypeSet } from "./primordials.ts";

export type PairKind = "key" | "value" | "entry";

/** Makes the iterators of one interface. */
export interface PairIterators<T> {
  new (target: T, kind: PairKind): IterableIterator<any>;
}

export const IteratorPrototype = ObjectGetPrototypeOf(ObjectGetPrototypeOf([][Symbol.iterator]()));

const pairsByPrototype: WeakMap<object, (target: any) => readonly unknown[]> = new WeakMap();

/** How to read the pairs of an interface's objects, by its prototype. */
export function pairsReader(prototype: object): ((target: any) => readonly unknown[]) | undefined {
  return WeakMapPrototypeGet(pairsByPrototype, prototype);
}

/**
 * Gives `constructor.prototype` its `Symbol.iterator` (which is `entries`) and returns the class of its iterators.
 * `pairs` answers the target's current pairs as a flat array: an iterator looks at it anew in every step.
 */
export function definePairIterators<T extends object>(
  name: string,
  constructor: { prototype: { entries(): unknown } },
  pairs: (target: T) => readonly unknown[],
): PairIterators<T> {
  class PairIterator {
    #target: T;
    #kind: PairKind;
    #index = 0;

    constructor(target: T, kind: PairKind) {
      this.#target = target;
      this.#kind = kind;
    }

    next(): IteratorResult<unknown> {
      const list = pairs(this.#target);
      const index = this.#index;
      if (index >= list.length) return { value: undefined, done: true };
      this.#index = index + 2;
      const kind = this.#kind;
      return { value: kind === "key" ? list[index] : kind === "value" ? list[index + 1] : [list[index], list[index + 1]], done: false };
    }
  }

  WeakMapPrototypeSet(pairsByPrototype, constructor.prototype, pairs);
  const prototype = PairIterator.prototype as object;
  delete (prototype as { constructor?: unknown }).constructor;
  ObjectSetPrototypeOf(prototype, IteratorPrototype);
  ObjectDefineProperty(prototype, "next", { __proto__: null, enumerable: true } as PropertyDescriptor);
  ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: `${name} Iterator`, configurable: true } as PropertyDescriptor);
  ObjectDefineProperty(constructor.prototype, SymbolIterator, {
    __proto__: null,
    value: constructor.prototype.entries,
    writable: true,
    configurable: true,
    enumerable: false,
  } as PropertyDescriptor);
  return PairIterator as unknown as PairIterators<T>;
}
