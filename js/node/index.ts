// `node:*`: which names exist under which flags, and the globals that come with nodejs_compat.
import { flagEnabled } from "../core/compatibility.ts";
import { ArrayPrototypeIndexOf, ArrayPrototypePush, MapPrototypeGet, ObjectDefineProperty, ObjectKeys, StringPrototypeSlice, StringPrototypeStartsWith } from "../core/primordials.ts";
import { onSetup, registerBuiltinModule } from "../worker/index.ts";
import { asyncHooksModule } from "./async-hooks.ts";
import { requireLibrary } from "./loader.ts";
import { flagOfModule, publicModules } from "./modules.ts";

/** The exports of `node:<name>` with `default`, or undefined when this worker has no such module. */
function nodeModule(name: string): Record<string, unknown> | undefined {
  if (!flagEnabled("nodejs_compat") && !flagEnabled("nodejs_compat_v2")) {
    return name === "async_hooks" && flagEnabled("nodejs_als") ? asyncHooksModule() : undefined;
  }
  const flag = MapPrototypeGet(flagOfModule as Map<string, string | undefined>, name);
  if (flag !== undefined && !flagEnabled(flag)) return undefined;
  if (name === "async_hooks") return asyncHooksModule();
  const exports = requireLibrary(name);
  const facade = { __proto__: null, default: exports } as unknown as Record<string, unknown>;
  const names = ObjectKeys(exports);
  for (let i = 0; i < names.length; i++) if (names[i] !== "default") facade[names[i]!] = exports[names[i]!];
  return facade;
}

/** The names that this worker can import, without `node:`. */
export function availableModules(): string[] {
  const names: string[] = [];
  for (let i = 0; i < publicModules.length; i++) {
    const flag = MapPrototypeGet(flagOfModule as Map<string, string | undefined>, publicModules[i]!);
    if (flag === undefined || flagEnabled(flag)) ArrayPrototypePush(names, publicModules[i]!);
  }
  return names;
}

/** What `require` and `process.getBuiltinModule` mean by a name. */
export function builtin(specifier: string): unknown {
  const name = StringPrototypeStartsWith(specifier, "node:") ? StringPrototypeSlice(specifier, 5) : specifier;
  if (ArrayPrototypeIndexOf(publicModules as string[], name) < 0) return undefined;
  return nodeModule(name)?.default;
}

// A global that costs nothing until it is touched.
function defineLazyGlobal(name: string, get: () => unknown): void {
  const define = (value: unknown): void => {
    ObjectDefineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true } as PropertyDescriptor);
  };
  ObjectDefineProperty(globalThis, name, {
    __proto__: null,
    get() {
      const value = get();
      define(value);
      return value;
    },
    set: define,
    enumerable: false,
    configurable: true,
  } as PropertyDescriptor);
}

function defineGlobals(): void {
  if (!flagEnabled("nodejs_compat_v2")) return;
  defineLazyGlobal("process", () => requireLibrary("process"));
  defineLazyGlobal("Buffer", () => requireLibrary("buffer").Buffer);
  defineLazyGlobal("global", () => globalThis);
  defineLazyGlobal("setImmediate", () => requireLibrary("timers").setImmediate);
  defineLazyGlobal("clearImmediate", () => requireLibrary("timers").clearImmediate);
  if (!flagEnabled("enable_nodejs_global_timers")) return;
  const timers = ["setTimeout", "setInterval", "clearTimeout", "clearInterval"];
  for (let i = 0; i < timers.length; i++) defineLazyGlobal(timers[i]!, () => requireLibrary("timers")[timers[i]!]);
}

export function install(): void {
  for (let i = 0; i < publicModules.length; i++) {
    const name = publicModules[i]!;
    registerBuiltinModule(`node:${name}`, () => nodeModule(name));
  }
  registerBuiltinModule("cloudflare:node", () => {
    if (!flagEnabled("nodejs_compat") || !flagEnabled("enable_nodejs_http_server_modules")) return undefined;
    const { handleAsNodeRequest, httpServerHandler } = requireLibrary("cloudflare-node");
    return { __proto__: null, handleAsNodeRequest, httpServerHandler } as unknown as Record<string, unknown>;
  });
  onSetup(defineGlobals);
}
