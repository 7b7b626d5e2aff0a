// Instances of the worker's classes, by the numbers of their contexts, and what the host brings to them.
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, PromisePrototypeThen, PromiseResolve, ReflectConstruct } from "../core/primordials.ts";
import type { RpcRoot } from "../rpc/property-path.ts";
import { webSockets } from "../websockets/lazy.ts";
import { createId, type DurableObjectId } from "./id.ts";
import { createState, type DurableObjectState, type Identity, socketsOf, type StateHooks } from "./state.ts";
import "./ops.ts";

/** An exported class whose instances are Durable Objects. */
export interface ObjectClass {
  readonly name: string;
  readonly constructor: Function;
  /** It extends `DurableObject` of `cloudflare:workers`. */
  readonly isRpc: boolean;
}

interface Instance {
  readonly self: Record<string, unknown>;
  readonly state: DurableObjectState;
  readonly isRpc: boolean;
}

const instances = new Map<number, Instance>();

export function createInstance(object: number, of: ObjectClass, env: object, identity: Identity, exports: () => object): void {
  const prototype = of.constructor.prototype as Record<string, unknown>;
  const hooks: StateHooks = {
    __proto__: null,
    exports,
    canSetAlarm: () => {
      if (identity.depth > 0) throw new Error("Facets currently cannot set alarms.");
      if (typeof prototype.alarm !== "function") {
        throw new TypeError("Your Durable Object class must have an alarm() handler in order to call setAlarm()");
      }
    },
  } as StateHooks;
  const state = createState(object, identity, hooks);
  const self = ReflectConstruct(of.constructor, [state, env]) as Record<string, unknown>;
  MapPrototypeSet(instances, object, { self, state, isRpc: of.isRpc });
}

/** The id of an object itself, which its class's namespace made. */
export function ownId(of: ObjectClass, id: string, name: string | undefined): DurableObjectId {
  return createId(id, name, ops.object_id_read(`\n${of.name}`, id));
}

/** The instance has ended. */
export function forgetInstance(object: number): void {
  MapPrototypeDelete(instances, object);
}

function instanceOf(object: number): Instance {
  const instance = MapPrototypeGet(instances, object);
  if (instance === undefined) throw new Error("The Durable Object has been reset.");
  return instance;
}

/** Whether calls of the event `object` are an instance's. */
export function hasInstance(object: number): boolean {
  return MapPrototypeGet(instances, object) !== undefined;
}

/** What calls of an object are with. */
export function objectRoot(object: number): RpcRoot {
  const { self, isRpc } = instanceOf(object);
  if (!isRpc) {
    throw new TypeError("The receiving Durable Object does not support RPC, because its class was not declared with `extends DurableObject`. In order to enable RPC, make sure your class extends the special class `DurableObject`, which can be imported from the module \"cloudflare:workers\".");
  }
  return { target: self, ownProperties: false, isEntrypoint: true, further: undefined };
}

/** Calls a handler of an instance. */
export function callHandler(object: number, name: string, argument: unknown): unknown {
  const { self } = instanceOf(object);
  const method = self[name];
  if (typeof method !== "function") throw new TypeError(`Handler does not export a ${name}() function.`);
  return FunctionPrototypeCall(method, self, argument);
}

/** An alarm; the event `id` ends with its handler. */
export function deliverAlarm(object: number, id: number, scheduledTime: number, retryCount: number): void {
  ops.async_context_set(object);
  try {
    const info = { retryCount, isRetry: retryCount > 0, scheduledTime };
    PromisePrototypeThen(PromiseResolve(callHandler(object, "alarm", info)), () => ops.event_done(id), (error: unknown) => ops.request_failed(id, error));
  } catch (error) {
    ops.request_failed(id, error);
  }
  ops.async_context_set(undefined);
}

export function deliverMessage(object: number, id: number, socket: number, data: string | ArrayBuffer): void {
  deliver(object, id, "webSocketMessage", (instance) => [socketsOf(instance.state).find(socket), data]);
}

export function deliverClose(object: number, id: number, socket: number, code: number, reason: string, wasClean: boolean): void {
  deliver(object, id, "webSocketClose", (instance) => {
    const found = socketsOf(instance.state).find(socket);
    if (wasClean) webSockets().peerHasClosed(found, code, reason);
    else webSockets().isLost(found);
    return [found, code, reason, wasClean];
  });
}

export function deliverFailure(object: number, id: number, socket: number, error: string): void {
  deliver(object, id, "webSocketError", (instance) => {
    const found = socketsOf(instance.state).find(socket);
    webSockets().isLost(found);
    return [found, new Error(error)];
  });
}

function deliver(object: number, id: number, name: string, args: (instance: Instance) => unknown[]): void {
  ops.async_context_set(object);
  try {
    const instance = instanceOf(object);
    const given = args(instance);
    const method = instance.self[name];
    // Who has no handler is not interested.
    const result: unknown = typeof method === "function" ? FunctionPrototypeCall(method, instance.self, given[0], given[1], given[2], given[3]) : undefined;
    PromisePrototypeThen(PromiseResolve(result), () => ops.object_socket_handled(id, undefined), (error: unknown) => ops.object_socket_handled(id, error === undefined ? null : error));
  } catch (error) {
    ops.object_socket_handled(id, error === undefined ? null : error);
  }
  ops.async_context_set(undefined);
}
