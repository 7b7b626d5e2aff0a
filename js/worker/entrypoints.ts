// Finds the handlers of a worker once, after its modules were evaluated. Later changes to the exported objects do not
// change what is called.
import { ArrayPrototypePush, FunctionPrototypeCall, MapPrototypeClear, MapPrototypeForEach, MapPrototypeGet, MapPrototypeSet, ObjectGetPrototypeOf, ObjectKeys, ReflectConstruct } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { type EventTarget, hasListeners } from "../events/index.ts";
import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint, isSubclass } from "./entrypoint-classes.ts";
import { env, workerConfiguration } from "./environment.ts";
import { createExecutionContext } from "./execution-context.ts";
import type { ObjectClass } from "../durable-objects/instances.ts";
import type { RpcRoot } from "../rpc/property-path.ts";

/** The events that a worker may handle, in the order they are reported in. */
export const handlerNames = ["fetch", "scheduled", "queue", "email", "tail", "trace", "tailStream", "test"] as const;
export type HandlerName = (typeof handlerNames)[number];

/** One exported entrypoint. `call` runs a handler with its event, for the event `id`; `props` become `ctx.props`, `given` is its `env`. */
export interface Entrypoint {
  readonly handlers: readonly HandlerName[];
  call(handler: HandlerName, id: number, event: unknown, props?: unknown, given?: unknown): unknown;
  /** What a session of calls is with. */
  rpcRoot(id: number, props?: unknown): RpcRoot;
}

const entrypoints = new Map<string, Entrypoint>();
const workflowClasses = new Map<string, Function>();
const objectClasses = new Map<string, ObjectClass>();
let defaultEntrypoint: Entrypoint | undefined;
let serviceWorker = false;

/** True for a worker in service-worker syntax: its events are dispatched on the global object. */
export function isServiceWorker(): boolean {
  return serviceWorker;
}

/** The class of Durable Objects of that name. */
export function findObjectClass(name: string): ObjectClass {
  const found = MapPrototypeGet(objectClasses, name);
  if (found === undefined) throw new TypeError(`The main module exports no class "${name}".`);
  return found;
}

export function findEntrypoint(name: string | undefined): Entrypoint {
  const entrypoint = name === undefined || name === "default" ? defaultEntrypoint : MapPrototypeGet(entrypoints, name);
  if (entrypoint === undefined) {
    throw new TypeError(name === undefined || name === "default" ? "The worker has no default entrypoint." : `The worker has no entrypoint named "${name}".`);
  }
  return entrypoint;
}

/** A new object of an exported class that extends WorkflowEntrypoint, for the event `id`. */
export function instantiateWorkflow(name: string, id: number): { run?: unknown } {
  const found = MapPrototypeGet(workflowClasses, name);
  if (found === undefined) throw new TypeError(`The Worker does not export a class "${name}" that extends WorkflowEntrypoint.`);
  return ReflectConstruct(found, [createExecutionContext(id), env]) as { run?: unknown };
}

/** The names of exported classes that extend `DurableObject`, in the order of the module's exports. */
export function objectClassNames(): string[] {
  const names: string[] = [];
  MapPrototypeForEach(objectClasses, (of, name) => {
    if (of.isRpc) ArrayPrototypePush(names, name);
  });
  return names;
}

/** The names of all entrypoints, in the order of the module's exports. */
export function entrypointNames(): string[] {
  const names: string[] = [];
  MapPrototypeForEach(entrypoints, (_entrypoint, name) => ArrayPrototypePush(names, name));
  return names;
}

/** As before `instantiate`. */
export function forgetEntrypoints(): void {
  MapPrototypeClear(entrypoints);
  MapPrototypeClear(workflowClasses);
  MapPrototypeClear(objectClasses);
  defaultEntrypoint = undefined;
}

/**
 * Takes note of a worker's handlers: those of its main module, or those it registered by `addEventListener` when it
 * has none. Answers their names; handlers of a named entrypoint as "Name.fetch".
 */
export function instantiate(namespace: Record<string, unknown> | undefined): string[] {
  const found: string[] = [];
  if (namespace === undefined) {
    serviceWorker = true;
    for (let i = 0; i < handlerNames.length; i++) {
      if (hasListeners(globalThis as unknown as EventTarget, handlerNames[i]!)) found[found.length] = handlerNames[i]!;
    }
    if (found.length === 0) {
      throw new TypeError('No event handlers were registered. Call addEventListener("fetch", event => event.respondWith(…)) at the top level of the script, or export a default object with a fetch() method.');
    }
    return found;
  }
  let others = 0;
  let any = false;
  const names = ObjectKeys(namespace);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const exported = namespace[name];
    if (typeof exported === "function" && isSubclass(exported, WorkflowEntrypoint)) {
      MapPrototypeSet(workflowClasses, name, exported);
      any = true;
      continue;
    }
    const entrypoint = toEntrypoint(name, exported);
    if (entrypoint === undefined) {
      if (typeof exported === "function" && !isSubclass(exported, WorkflowEntrypoint)) {
        const isRpc = isSubclass(exported, DurableObject);
        MapPrototypeSet(objectClasses, name, { name, constructor: exported, isRpc });
        any ||= isRpc;
      }
      others++;
      continue;
    }
    // An object with other functions only can be called, but makes no worker.
    any ||= typeof exported === "function" || entrypoint.handlers.length > 0;
    if (name === "default") defaultEntrypoint = entrypoint;
    MapPrototypeSet(entrypoints, name, entrypoint);
    for (let h = 0; h < entrypoint.handlers.length; h++) {
      found[found.length] = name === "default" ? entrypoint.handlers[h]! : `${name}.${entrypoint.handlers[h]}`;
    }
  }
  if (!any && workerConfiguration().loaded !== true && workerConfiguration().objectClasses === undefined) {
    const remedy = "Export a default object with a fetch() method (`export default { fetch(request, env, ctx) { … } }`), a class that extends WorkerEntrypoint, or call addEventListener(\"fetch\", …).";
    throw new TypeError(`No event handlers were registered. ${others > 0 ? "The main module exports nothing that handles an event." : "The main module has no exports."} ${remedy}`);
  }
  const configured = workerConfiguration().objectClasses ?? [];
  for (let i = 0; i < configured.length; i++) {
    const { className } = configured[i]!;
    if (MapPrototypeGet(objectClasses, className) === undefined) {
      throw new TypeError(`The class "${className}" has Durable Objects (by the Worker's migrations), but the main module does not export it. Export it: \`export class ${className} extends DurableObject { … }\`.`);
    }
  }
  return found;
}

function toEntrypoint(name: string, exported: unknown): Entrypoint | undefined {
  if (typeof exported === "function") {
    if (isSubclass(exported, WorkerEntrypoint)) return new ClassEntrypoint(exported);
    if (name === "default" && !isSubclass(exported, DurableObject) && !isSubclass(exported, WorkflowEntrypoint)) {
      throw new TypeError('The default export is a function. Export an object with a fetch() method, or a class that extends WorkerEntrypoint (import { WorkerEntrypoint } from "cloudflare:workers").');
    }
    return undefined;
  }
  if (!isObject(exported)) return undefined;
  const entrypoint = new ObjectEntrypoint(exported as Record<string, unknown>);
  return entrypoint.handlers.length > 0 || hasFunction(exported as Record<string, unknown>) ? entrypoint : undefined;
}

function hasFunction(exported: Record<string, unknown>): boolean {
  const names = ObjectKeys(exported);
  for (let i = 0; i < names.length; i++) if (typeof exported[names[i]!] === "function") return true;
  return false;
}

/** `export default { fetch(request, env, ctx) { … } }` */
class ObjectEntrypoint implements Entrypoint {
  readonly handlers: readonly HandlerName[];
  #self: object;
  #functions: Record<string, Function> = { __proto__: null } as unknown as Record<string, Function>;

  constructor(self: Record<string, unknown>) {
    this.#self = self;
    const found: HandlerName[] = [];
    for (let i = 0; i < handlerNames.length; i++) {
      const name = handlerNames[i]!;
      const method = self[name];
      if (typeof method !== "function") continue;
      this.#functions[name] = method;
      found[found.length] = name;
    }
    this.handlers = found;
  }

  call(handler: HandlerName, id: number, event: unknown, props: unknown = undefined, given: unknown = env): unknown {
    const method = this.#functions[handler];
    if (method === undefined) throw missingHandler(handler);
    return FunctionPrototypeCall(method, this.#self, event, given, createExecutionContext(id, props));
  }

  rpcRoot(id: number, props?: unknown): RpcRoot {
    return { target: this.#self, ownProperties: true, isEntrypoint: true, further: [env, createExecutionContext(id, props)] };
  }
}

/** `export class Name extends WorkerEntrypoint`: one instance per event. */
class ClassEntrypoint implements Entrypoint {
  readonly handlers: readonly HandlerName[];
  #class: Function;

  constructor(constructor: Function) {
    this.#class = constructor;
    const found: HandlerName[] = [];
    for (let i = 0; i < handlerNames.length; i++) if (hasMethod(constructor, handlerNames[i]!)) found[found.length] = handlerNames[i]!;
    this.handlers = found;
  }

  call(handler: HandlerName, id: number, event: unknown, props: unknown = undefined, given: unknown = env): unknown {
    const instance = ReflectConstruct(this.#class, [createExecutionContext(id, props), given]) as Record<string, unknown>;
    const method = instance[handler];
    if (typeof method !== "function") throw missingHandler(handler);
    return FunctionPrototypeCall(method, instance, event);
  }

  rpcRoot(id: number, props?: unknown): RpcRoot {
    return { target: ReflectConstruct(this.#class, [createExecutionContext(id, props), env]) as object, ownProperties: false, isEntrypoint: true, further: undefined };
  }
}

function hasMethod(constructor: Function, name: string): boolean {
  for (let each: object | null = constructor.prototype as object; each !== null && each !== WorkerEntrypoint.prototype; each = ObjectGetPrototypeOf(each)) {
    if (typeof (each as Record<string, unknown>)[name] === "function") return true;
  }
  return false;
}

export function missingHandler(handler: HandlerName): TypeError {
  return new TypeError(`Handler does not export a ${handler}() function.`);
}
