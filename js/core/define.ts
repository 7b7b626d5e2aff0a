// WebIDL leaves its marks on classes: members are enumerable, `Symbol.toStringTag` names the interface, constants sit
// on both constructor and prototype, globals are not enumerable.
import {
  ArrayPrototypeIndexOf,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectKeys,
  ObjectPrototypeHasOwnProperty,
  ReflectOwnKeys,
  SymbolToStringTag,
  WeakMapPrototypeGet,
  WeakMapPrototypeHas,
  WeakMapPrototypeSet,
} from "./primordials.ts";

// The interfaces' prototypes, each with its own attributes (readable accessors), as they were before worker code ran.
const platformPrototypes: WeakMap<object, Attribute[]> = new WeakMap();

export interface Attribute { name: string; get: Function }

/** The attributes of one interface, by its prototype; undefined for any other object. */
export function attributesOf(prototype: object): Attribute[] | undefined {
  return WeakMapPrototypeGet(platformPrototypes, prototype);
}

/** Whether an object inherits from one of the layer's interfaces (which structured cloning must not take for plain). */
export function isPlatformObject(value: object): boolean {
  for (let prototype = ObjectGetPrototypeOf(value); prototype !== null; prototype = ObjectGetPrototypeOf(prototype)) {
    if (WeakMapPrototypeHas(platformPrototypes, prototype)) return true;
  }
  return false;
}

/** Gives a class the property attributes that WebIDL asks of an interface, and its `Symbol.toStringTag`. */
export function defineInterface(name: string, constructor: Function, constants?: Record<string, number>): void {
  const prototype = constructor.prototype as object;
  WeakMapPrototypeSet(platformPrototypes, prototype, listAttributes(prototype));
  makeEnumerable(prototype, ["constructor"]);
  makeEnumerable(constructor, ["prototype", "name", "length"]);
  // The bundler renames classes that refer to themselves.
  ObjectDefineProperty(constructor, "name", { __proto__: null, value: name, configurable: true } as PropertyDescriptor);
  ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: name, configurable: true } as PropertyDescriptor);
  if (constants) {
    const keys = ObjectKeys(constants);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const attributes = { __proto__: null, value: constants[key], enumerable: true } as PropertyDescriptor;
      ObjectDefineProperty(prototype, key, attributes);
      ObjectDefineProperty(constructor, key, attributes);
    }
  }
}

function listAttributes(prototype: object): Attribute[] {
  const attributes: Attribute[] = [];
  const keys = ReflectOwnKeys(prototype);
  for (let i = 0; i < keys.length; i++) {
    const name = keys[i]!;
    if (typeof name !== "string" || name === "constructor") continue;
    const descriptor = ObjectGetOwnPropertyDescriptor(prototype, name)!;
    if (ObjectPrototypeHasOwnProperty(descriptor, "get")) attributes[attributes.length] = { name, get: descriptor.get! };
  }
  return attributes;
}

// All else stays as it is.
const enumerable = { __proto__: null, enumerable: true } as PropertyDescriptor;

function makeEnumerable(target: object, skipped: PropertyKey[]): void {
  const keys = ReflectOwnKeys(target);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (typeof key === "symbol" || ArrayPrototypeIndexOf(skipped, key) !== -1) continue;
    ObjectDefineProperty(target, key, enumerable);
  }
}

/** Puts values on `globalThis` as the web platform does: writable, configurable, not enumerable. */
export function defineGlobals(values: Record<string, unknown>, enumerable = false): void {
  const names = ObjectKeys(values);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    ObjectDefineProperty(globalThis, name, {
      __proto__: null,
      value: values[name],
      writable: true,
      configurable: true,
      enumerable,
    } as PropertyDescriptor);
  }
}
