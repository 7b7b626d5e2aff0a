// `ctx` of a Durable Object: https://developers.cloudflare.com/durable-objects/api/state/
import { defineInterface } from "../core/define.ts";
import { waitUntil } from "../core/keep-alive.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { requireArguments, toCallback, toDOMString, toSequence, toUnsignedLong } from "../core/webidl.ts";
import type { WebSocket } from "../websockets/index.ts";
import { webSockets } from "../websockets/lazy.ts";
import { blockConcurrencyWhile } from "./concurrency.ts";
import type { DurableObjectFacets } from "./facets.ts";
import type { DurableObjectId } from "./id.ts";
import { isPair, WebSocketRequestResponsePair } from "./request-response-pair.ts";
import { InstanceSockets } from "./sockets.ts";

const internal = { __proto__: null };
const facets = lazy(() => import("./facets.ts"));
const storages = lazy(() => import("./storage/index.ts"));
const longestTimeout = 604_800_000;

/** What the state does not know itself. */
export interface StateHooks {
  /** `ctx.exports`. */
  exports(): object;
  /** Throws when the class has no `alarm()`, or the object is a facet. */
  canSetAlarm(): void;
}

/** What the object is. */
export interface Identity {
  readonly id: DurableObjectId | string;
  /** How many objects are around it, of a facet; else 0. */
  readonly depth: number;
  readonly props: object | undefined;
}

export let socketsOf: (state: DurableObjectState) => InstanceSockets;

export class DurableObjectState {
  #object: number;
  #identity: Identity;
  #facets: DurableObjectFacets | undefined;
  #hooks: StateHooks;
  #storage: object | undefined;
  #props: object | undefined;
  #sockets: InstanceSockets;

  constructor(token: unknown, object: number, identity: Identity, hooks: StateHooks) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    this.#object = object;
    this.#identity = identity;
    this.#props = identity.props;
    this.#hooks = hooks;
    this.#sockets = new InstanceSockets(object);
  }

  get id(): DurableObjectId | string { return this.#identity.id; }

  get storage(): object {
    const object = this.#object;
    return this.#storage ??= storages().createStorage(object, {
      __proto__: null,
      blockConcurrencyWhile: (callback: () => unknown) => blockConcurrencyWhile(object, callback),
      canSetAlarm: () => this.#hooks.canSetAlarm(),
    } as never);
  }

  get props(): object { return this.#props ??= {}; }
  get exports(): object { return this.#hooks.exports(); }
  get container(): undefined {
    this.#object;
    return undefined;
  }
  get facets(): DurableObjectFacets {
    return this.#facets ??= facets().createFacets(this.#object, this.#identity.id, this.#identity.depth);
  }

  waitUntil(promise: unknown): void {
    const object = this.#object;
    requireArguments(arguments.length, 1, "Failed to execute 'waitUntil' on 'DurableObjectState'");
    waitUntil(object, promise);
  }

  blockConcurrencyWhile(callback: unknown): Promise<unknown> {
    const object = this.#object;
    return blockConcurrencyWhile(object, toCallback(callback, "Failed to execute 'blockConcurrencyWhile' on 'DurableObjectState'") as () => unknown);
  }

  abort(reason: unknown = undefined): never {
    const object = this.#object;
    const text = reason === undefined ? "Application called abort() to reset Durable Object." : toDOMString(reason);
    ops.object_reset(object, text);
    throw new Error(text);
  }

  acceptWebSocket(socket: unknown, tags: unknown = undefined): void {
    this.#object;
    const what = "Failed to execute 'acceptWebSocket' on 'DurableObjectState'";
    requireArguments(arguments.length, 1, what);
    if (!webSockets().isWebSocket(socket)) throw new TypeError(`${what}: parameter 1 is not of type 'WebSocket'.`);
    this.#sockets.accept(socket as WebSocket, tags === undefined ? [] : toSequence(tags, toDOMString, what));
  }

  getWebSockets(tag: unknown = undefined): WebSocket[] {
    this.#object;
    return this.#sockets.list(tag === undefined ? undefined : toDOMString(tag));
  }

  getTags(socket: unknown): string[] {
    const object = this.#object;
    const what = "Failed to execute 'getTags' on 'DurableObjectState'";
    requireArguments(arguments.length, 1, what);
    if (!webSockets().isWebSocket(socket)) throw new TypeError(`${what}: parameter 1 is not of type 'WebSocket'.`);
    const number = this.#sockets.numberOf(socket as WebSocket);
    if (number === undefined) throw new Error("only hibernatable websockets can have tags.");
    return ops.object_socket_tags(object, number);
  }

  setWebSocketAutoResponse(pair: unknown = undefined): void {
    const object = this.#object;
    if (pair === undefined || pair === null) {
      ops.object_auto_response_set(object, undefined, undefined);
      return;
    }
    if (!isPair(pair)) throw new TypeError("Failed to execute 'setWebSocketAutoResponse' on 'DurableObjectState': parameter 1 is not of type 'WebSocketRequestResponsePair'.");
    ops.object_auto_response_set(object, pair.request, pair.response);
  }

  getWebSocketAutoResponse(): WebSocketRequestResponsePair | null {
    const pair = ops.object_auto_response(this.#object);
    return pair === undefined ? null : new WebSocketRequestResponsePair(pair[0], pair[1]);
  }

  getWebSocketAutoResponseTimestamp(socket: unknown): Date | null {
    const object = this.#object;
    const what = "Failed to execute 'getWebSocketAutoResponseTimestamp' on 'DurableObjectState'";
    requireArguments(arguments.length, 1, what);
    if (!webSockets().isWebSocket(socket)) throw new TypeError(`${what}: parameter 1 is not of type 'WebSocket'.`);
    const number = this.#sockets.numberOf(socket as WebSocket);
    const moment = number === undefined ? undefined : ops.object_socket_responded(object, number);
    return moment === undefined ? null : new Date(moment);
  }

  setHibernatableWebSocketEventTimeout(timeout: unknown = undefined): void {
    const object = this.#object;
    const milliseconds = timeout === undefined ? 0 : toUnsignedLong(timeout);
    if (milliseconds > longestTimeout) throw new Error(`Event timeout should not exceed ${longestTimeout} ms.`);
    ops.object_event_timeout_set(object, milliseconds === 0 ? undefined : milliseconds);
  }

  getHibernatableWebSocketEventTimeout(): number | null {
    return ops.object_event_timeout(this.#object) ?? null;
  }

  static {
    socketsOf = (state) => state.#sockets;
  }
}
defineInterface("DurableObjectState", DurableObjectState);

export function createState(object: number, identity: Identity, hooks: StateHooks): DurableObjectState {
  return new DurableObjectState(internal, object, identity, hooks);
}
