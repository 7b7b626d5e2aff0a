// compatibility_flags: nodejs_als, no_nodejs_compat, no_nodejs_compat_v2
import { equal, run } from "test";

// What worker code can get hold of and change: the built-ins, from the constructors and namespaces down.
const roots = [
  "Array", "ArrayBuffer", "BigInt", "BigInt64Array", "Boolean", "DataView", "Date", "Error", "Function", "Int8Array", "Iterator", "JSON", "Map", "Math",
  "Number", "Object", "Promise", "Proxy", "Reflect", "RegExp", "Set", "String", "Symbol", "TypeError", "Uint8Array", "WeakMap", "WeakRef", "WeakSet",
];

const builtinModules = ["cloudflare:sockets", "cloudflare:workers", "node:async_hooks"];

/** Has `note` called whenever somebody looks up a function of the built-ins; the result undoes it. */
function wiretap(note) {
  const { apply, defineProperty, ownKeys, getOwnPropertyDescriptor } = Reflect;
  const seen = new Set();
  const undo = [];
  const visit = (object, path) => {
    if (object === null || (typeof object !== "object" && typeof object !== "function") || seen.has(object)) return;
    seen.add(object);
    for (const key of ownKeys(object)) {
      const was = getOwnPropertyDescriptor(object, key);
      const name = `${path}.${String(key)}`;
      if (was.value !== undefined) visit(was.value, name);
      if (!was.configurable || key === "constructor" || key === "prototype") continue;
      if (typeof was.value === "function") undo.push([object, key, was, { get() { note(name); return was.value; }, configurable: true }]);
      else if (was.get !== undefined) undo.push([object, key, was, { ...was, get() { note(name); return apply(was.get, this, []); } }]);
    }
    visit(Object.getPrototypeOf(object), `${path}.[[Prototype]]`);
  };
  for (const name of roots) visit(globalThis[name], name);
  visit([][Symbol.iterator](), "ArrayIterator");
  visit(new Map()[Symbol.iterator](), "MapIterator");
  visit(new Set()[Symbol.iterator](), "SetIterator");
  // What property descriptors, option objects and tables must not inherit.
  for (const name of ["get", "set", "value", "writable", "enumerable", "configurable", "inherited"]) {
    undo.push([Object.prototype, name, undefined, {
      get() { note(`inherited ${name}`); },
      enumerable: true,
      configurable: true,
    }]);
  }
  for (const name of roots) undo.push([globalThis, name, getOwnPropertyDescriptor(globalThis, name), { get() { note(`globalThis.${name}`); }, configurable: true }]);
  for (const [, , was, wire] of undo) {
    wire.__proto__ = null;
    if (was !== undefined) was.__proto__ = null;
  }
  for (let i = 0; i < undo.length; i++) defineProperty(undo[i][0], undo[i][1], undo[i][3]);
  return () => {
    for (let i = undo.length; i-- > 0;) {
      if (undo[i][2] === undefined) delete undo[i][0][undo[i][1]];
      else defineProperty(undo[i][0], undo[i][1], undo[i][2]);
    }
  };
}

const untouched = Object.getOwnPropertyNames(globalThis).filter((name) => !roots.includes(name));

let ctx;

const tests = {
  "no lazy module uses what worker code can replace": async () => {
    const used = [];
    let count = 0;
    const unplug = wiretap((name) => { used[count++] = name; });
    const pending = [];
    let failure;
    try {
      for (let i = 0; i < untouched.length; i++) globalThis[untouched[i]];
      crypto.subtle;
      crypto.DigestStream;
      performance.nodeTiming;
      ctx.exports;
      ctx.tracing;
      for (let i = 0; i < builtinModules.length; i++) pending[i] = import(builtinModules[i]);
    } catch (error) {
      failure = error;
    } finally {
      unplug();
    }
    for (const module of pending) await module;
    if (failure) throw failure;
    equal([...new Set(used)], []);
  },
};

export default {
  fetch(request, env, given) {
    ctx = given;
    return run(tests);
  },
};
