// The worker's configuration and its `env`, made once per isolate before any of its code runs.
import { setCompatibility } from "../core/compatibility.ts";
import { ArrayPrototypePush, JSONParse, ObjectDefineProperty, ObjectKeys } from "../core/primordials.ts";
import { ops } from "../core/ops.ts";
import "../loader/ops.ts";
import { captureLateBuiltins } from "../core/webidl.ts";
import { rpc } from "../rpc/lazy.ts";
import { type BindingDescription, createBinding } from "./bindings.ts";

export interface WorkerConfiguration {
  name: string;
  compatibilityDate: string;
  /** The compatibility flags that are on and change something here, by the names that enable them. */
  flags: string[];
  bindings: BindingDescription[];
  /** The exported classes whose instances are Durable Objects. */
  objectClasses?: { className: string; sqlite: boolean }[];
  /** Service-worker syntax: the bindings are global variables. */
  serviceWorker?: boolean;
  /** Another worker has loaded it: it may have nothing but methods. */
  loaded?: boolean;
}

let configuration: WorkerConfiguration | undefined;

/** The one object that handlers, entrypoint classes and `cloudflare:workers` show as `env`. */
export const env: Record<string, unknown> = {};

export function workerConfiguration(): WorkerConfiguration {
  if (configuration === undefined) throw new Error("The isolate has not been set up.");
  return configuration;
}

/** As before `setup`. */
export function forgetConfiguration(): void {
  configuration = undefined;
  setCompatibility([]);
}

/** `env` with what a caller adds for one event: an object, as structured cloning writes it. */
export function envWith(added: Uint8Array | undefined): Record<string, unknown> {
  if (added === undefined) return env;
  const extended: Record<string, unknown> = {};
  assign(extended, env);
  assign(extended, rpc().readProps(added) as Record<string, unknown>);
  return extended;
}

function assign(target: Record<string, unknown>, from: Record<string, unknown>): void {
  const names = ObjectKeys(from);
  for (let i = 0; i < names.length; i++) define(target, names[i]!, from[names[i]!]);
}

const steps: (() => void)[] = [];

/** Has `step` called when an isolate knows its configuration, before any of the worker's code runs. */
export function onSetup(step: () => void): void {
  ArrayPrototypePush(steps, step);
}

export function setup(configJson: string): void {
  captureLateBuiltins();
  const parsed = JSONParse(configJson) as WorkerConfiguration;
  configuration = parsed;
  setCompatibility(parsed.flags);
  for (let i = 0; i < parsed.bindings.length; i++) {
    const description = parsed.bindings[i]!;
    if (description.type === "environment") {
      parsed.loaded = true;
      const given = ops.loader_environment(description.place as number);
      if (given !== null) assign(env, rpc().readEnvironment(given[0], given[1]));
      continue;
    }
    const value = createBinding(description);
    define(env, description.name, value);
    if (parsed.serviceWorker === true) define(globalThis, description.name, value);
  }
  for (let i = 0; i < steps.length; i++) steps[i]!();
}

function define(target: object, name: string, value: unknown): void {
  ObjectDefineProperty(target, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
}
