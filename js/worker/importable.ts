// `env` and `exports` of `cloudflare:workers`. A module has one binding for each of them, whatever `withEnv` and its like have put
// in their place for the code that runs: so each is a view of what is in force.
import { runInAsyncContext, swapAsyncContext } from "../core/async-context.ts";
import { frameValue, frameWith } from "../core/async-frame.ts";
import { flagEnabled } from "../core/compatibility.ts";
import { ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectDeleteProperty, ReflectGet, ReflectHas, ReflectOwnKeys, ReflectSet } from "../core/primordials.ts";
import { isObject, requireArguments, toCallback } from "../core/webidl.ts";
import { env as workerEnv } from "./environment.ts";
import { entrypointStubs } from "./loopback.ts";

const envKey = { __proto__: null };
const exportsKey = { __proto__: null };

/** An object that shows whatever `key` has in the current context, by default what `fallback` gives. */
function viewOf(key: object, fallback: () => object): object {
  const current = (): object => frameValue(key) as object | undefined ?? fallback();
  return new Proxy({}, {
    __proto__: null,
    defineProperty: (_target: object, name: PropertyKey, attributes: PropertyDescriptor) => {
      // What the proxy's own target does not have must stay configurable.
      ObjectDefineProperty(current(), name, { __proto__: null, ...attributes, configurable: true } as PropertyDescriptor);
      return true;
    },
    deleteProperty: (_target: object, name: PropertyKey) => ReflectDeleteProperty(current(), name),
    get: (_target: object, name: PropertyKey) => ReflectGet(current(), name),
    getOwnPropertyDescriptor: (_target: object, name: PropertyKey) => {
      const found = ObjectGetOwnPropertyDescriptor(current(), name);
      return found === undefined ? undefined : { __proto__: null, ...found, configurable: true };
    },
    has: (_target: object, name: PropertyKey) => ReflectHas(current(), name),
    ownKeys: () => ReflectOwnKeys(current()),
    set: (_target: object, name: PropertyKey, value: unknown) => ReflectSet(current(), name, value),
  } as ProxyHandler<object>);
}

const forbiddenEnv = {};

export const env = viewOf(envKey, () => flagEnabled("disallow_importable_env") ? forbiddenEnv : workerEnv);
export const exports = viewOf(exportsKey, entrypointStubs);

export function withEnv(newEnv: unknown, fn: unknown): unknown {
  requireArguments(arguments.length, 2, "Failed to execute 'withEnv'");
  return runWith(fn, "withEnv", envKey, newEnv);
}

export function withExports(newExports: unknown, fn: unknown): unknown {
  requireArguments(arguments.length, 2, "Failed to execute 'withExports'");
  return runWith(fn, "withExports", exportsKey, newExports);
}

export function withEnvAndExports(newEnv: unknown, newExports: unknown, fn: unknown): unknown {
  requireArguments(arguments.length, 3, "Failed to execute 'withEnvAndExports'");
  return runWith(fn, "withEnvAndExports", envKey, newEnv, exportsKey, newExports);
}

function runWith(fn: unknown, name: string, key: object, value: unknown, otherKey?: object, otherValue?: unknown): unknown {
  const what = `Failed to execute '${name}'`;
  const callback = toCallback(fn, what);
  if (!isObject(value) || (otherKey !== undefined && !isObject(otherValue))) throw new TypeError(`${what}: the values that are put in place must be objects.`);
  const frame = frameWith(key, value);
  if (otherKey === undefined) return runInAsyncContext(frame, callback, undefined, []);
  const previous = swapAsyncContext(frame);
  try {
    return runInAsyncContext(frameWith(otherKey, otherValue), callback, undefined, []);
  } finally {
    swapAsyncContext(previous);
  }
}
