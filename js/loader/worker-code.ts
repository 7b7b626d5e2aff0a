// The code that a worker gives to have it loaded (WorkerCode of https://developers.cloudflare.com/dynamic-workers/api-reference/).
import { flagEnabled } from "../core/compatibility.ts";
import { ops } from "../core/ops.ts";
import { ArrayIsArray, ArrayPrototypePush, JSONStringify, ObjectKeys, StringPrototypeEndsWith, TypedArrayPrototypeGetBuffer } from "../core/primordials.ts";
import * as kinds from "../core/value-kinds.ts";
import { isObject, toDOMString } from "../core/webidl.ts";
import { readLimits } from "../dispatch/limits.ts";
import { serializeEnvironment, serviceNumber } from "../rpc/index.ts";
import "./ops.ts";

const ModuleKind = { js: 0, cjs: 1, text: 2, data: 3, json: 4, wasm: 5 } as const;
/** The numbers are those of src/Skep.Runtime/Loading/LoaderOps.cs. */
export const OutboundKind = { inherited: 0, none: 1, target: 2 } as const;

const OriginalInt32Array = Int32Array;
const OriginalUint8Array = Uint8Array;

interface WorkerCode {
  compatibilityDate?: unknown;
  compatibilityFlags?: unknown;
  allowExperimental?: unknown;
  mainModule?: unknown;
  modules?: unknown;
  env?: unknown;
  globalOutbound?: unknown;
  tails?: unknown;
  streamingTails?: unknown;
  limits?: unknown;
}

/** Gives the code to the host, which starts the worker. */
export function giveCode(worker: number, given: unknown): void {
  if (!isObject(given)) throw new TypeError("The code of a dynamic Worker must be an object: { compatibilityDate, mainModule, modules }.");
  const code = given as WorkerCode;
  const { compatibilityDate, mainModule } = code;
  if (typeof compatibilityDate !== "string") throw new TypeError("The code of a dynamic Worker needs a 'compatibilityDate', a string.");
  if (typeof mainModule !== "string") throw new TypeError("The code of a dynamic Worker needs a 'mainModule', a string.");
  const { cpuMs, subRequests } = readLimits(code.limits);
  giveModules(worker, mainModule, code.modules);
  const flags = strings(code.compatibilityFlags, "compatibilityFlags");
  const allowExperimental = code.allowExperimental === true;
  if (allowExperimental && !flagEnabled("experimental")) throw new Error("'allowExperimental' is only allowed when the calling worker has the 'experimental' compat flag set.");
  if (code.env !== undefined && !isObject(code.env)) throw new TypeError("The 'env' of a dynamic Worker must be an object.");
  const env = code.env === undefined ? undefined : serializeEnvironment(code.env);
  const [outboundKind, outbound] = readOutbound(code.globalOutbound);
  const tails = readTails(code.tails);
  if (code.streamingTails !== undefined) {
    throw new Error("Streaming tail workers are experimental. You must pass the option 'allowExperimental: true' to the worker loader to use them");
  }
  ops.loader_start(worker, mainModule, compatibilityDate, flags, allowExperimental, env?.bytes, env?.attachments, outboundKind, outbound, tails, cpuMs, subRequests);
}

function giveModules(worker: number, mainModule: string, modules: unknown): void {
  const names = isObject(modules) ? ObjectKeys(modules) : [];
  if (names.length === 0) throw new TypeError("Dynamic Worker code must contain at least one module.");
  if (StringPrototypeEndsWith(mainModule, ".py")) throw new TypeError("Python Workers are not supported by Skep.");
  for (let i = 0; i < names.length; i++) giveModule(worker, names[i]!, (modules as Record<string, unknown>)[names[i]!]);
}

function giveModule(worker: number, name: string, module: unknown): void {
  if (typeof module === "string") {
    if (StringPrototypeEndsWith(name, ".py")) throw pythonModule(name);
    if (!StringPrototypeEndsWith(name, ".js")) throw new TypeError(unknownKind(name));
    ops.loader_module(worker, name, ModuleKind.js, module);
    return;
  }
  if (!isObject(module)) throw new TypeError(`The module '${name}' must be a string, or an object such as { js: "…" }.`);
  if (ops.inspect_kind(module) === kinds.WASM_MODULE) throw new TypeError(`The module '${name}' is a compiled WebAssembly.Module, which Skep cannot hand on: give its bytes, { wasm: bytes }.`);
  const parts = module as Record<string, unknown>;
  let kind: keyof typeof ModuleKind | undefined;
  let count = 0;
  const possible = ["js", "cjs", "text", "data", "json", "wasm"] as const;
  for (let i = 0; i < possible.length; i++) {
    if (parts[possible[i]!] === undefined) continue;
    kind = possible[i]!;
    count++;
  }
  if (parts.py !== undefined) count++;
  if (count !== 1) throw new TypeError(`Each module must contain exactly one of 'js', 'cjs', 'text', 'data', 'json', 'py', or 'wasm'. Module '${name}' contained ${count} properties.`);
  if (kind === undefined) throw pythonModule(name);
  ops.loader_module(worker, name, ModuleKind[kind], content(name, kind, parts[kind]));
}

function content(name: string, kind: keyof typeof ModuleKind, value: unknown): string | ArrayBuffer | ArrayBufferView {
  if (kind === "json") return JSONStringify(value) as string;
  if (kind !== "data" && kind !== "wasm") return toDOMString(value);
  const found = isObject(value) ? ops.inspect_kind(value) : undefined;
  if (found === kinds.ARRAY_BUFFER || found === kinds.TYPED_ARRAY || found === kinds.DATA_VIEW) return value as ArrayBuffer | ArrayBufferView;
  if (found === kinds.WASM_MODULE) throw new TypeError(`The module '${name}' is a compiled WebAssembly.Module, which Skep cannot hand on: give its bytes, { wasm: bytes }.`);
  throw new TypeError(`The '${kind}' of the module '${name}' must be an ArrayBuffer or a view of one.`);
}

const pythonModule = (name: string): TypeError => new TypeError(`Module "${name}" is a Python module, but the main module isn't a Python module.`);

function unknownKind(name: string): string {
  const message = `Module name must end with '.js' or '.py' (or the content must be an object indicating the type explicitly). Got: ${name}`;
  return StringPrototypeEndsWith(name, ".ts") || StringPrototypeEndsWith(name, ".tsx") || StringPrototypeEndsWith(name, ".jsx")
    ? `${message}. If you're trying to load TypeScript, bundle it first with '@cloudflare/worker-bundler' and pass the generated JavaScript modules.`
    : message;
}

function strings(given: unknown, name: string): string[] {
  if (given === undefined) return [];
  if (!ArrayIsArray(given)) throw new TypeError(`The '${name}' of a dynamic Worker must be an array of strings.`);
  const list: string[] = [];
  for (let i = 0; i < given.length; i++) ArrayPrototypePush(list, toDOMString(given[i]));
  return list;
}

function readOutbound(given: unknown): [(typeof OutboundKind)[keyof typeof OutboundKind], number] {
  if (given === undefined) return [OutboundKind.inherited, 0];
  return given === null ? [OutboundKind.none, 0] : [OutboundKind.target, target(given, "The 'globalOutbound' of a dynamic Worker must be a stub of a Worker's entrypoint, or null.")];
}

function readTails(given: unknown): Uint8Array {
  if (given !== undefined && !ArrayIsArray(given)) throw new TypeError("The 'tails' of a dynamic Worker must be an array of stubs of Workers' entrypoints.");
  const length = given === undefined ? 0 : given.length;
  const numbers = new OriginalInt32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = target((given as unknown[])[i], "Each of the 'tails' of a dynamic Worker must be a stub of a Worker's entrypoint.");
  return new OriginalUint8Array(TypedArrayPrototypeGetBuffer(numbers));
}

function target(stub: unknown, otherwise: string): number {
  const number = serviceNumber(stub);
  if (number === undefined) throw new TypeError(otherwise);
  return number;
}
