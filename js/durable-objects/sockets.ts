// WebSockets that outlive the instance of their object. The host has them by number; a WebSocket object is made for one when the
// instance first sees it.
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { ops } from "../core/ops.ts";
import type { HibernatingLink, WebSocket } from "../websockets/web-socket.ts";
import { webSockets } from "../websockets/lazy.ts";
import "./ops.ts";

/** The way out of such a WebSocket. */
class ObjectLink implements HibernatingLink {
  readonly #object: number;
  readonly id: number;

  constructor(object: number, id: number) {
    this.#object = object;
    this.id = id;
  }

  accept(): void {}
  send(data: string | Uint8Array): void { ops.object_socket_send(this.#object, this.id, data); }
  close(code: number, reason: string): void { ops.object_socket_close(this.#object, this.id, code, reason); }
  get buffered(): number { return ops.object_socket_buffered(this.#object, this.id); }
  attach(bytes: Uint8Array): void { ops.object_socket_attach(this.#object, this.id, bytes); }
  attachment(): Uint8Array | undefined { return ops.object_socket_attachment(this.#object, this.id); }
}

/** Those of one instance. */
export class InstanceSockets {
  readonly #object: number;
  readonly #known = new Map<number, WebSocket>();
  readonly #numbers = new WeakMap<WebSocket, number>();

  constructor(object: number) {
    this.#object = object;
  }

  /** Takes one of a pair whose other end will go into a response. */
  accept(socket: WebSocket, tags: string[]): void {
    const of = webSockets();
    of.requireHibernatable(socket);
    const id = ops.object_socket_accept(this.#object, tags);
    of.hibernate(socket, new ObjectLink(this.#object, id), (request, statusText, headers, compress) =>
      ops.object_socket_connect(this.#object, id, request, statusText, headers, compress));
    this.#remember(id, socket);
  }

  /** The object for a number. */
  find(id: number): WebSocket {
    const known = MapPrototypeGet(this.#known, id);
    if (known !== undefined) return known;
    const socket = webSockets().wakeWebSocket(new ObjectLink(this.#object, id), ops.object_socket_state(this.#object, id));
    this.#remember(id, socket);
    return socket;
  }

  list(tag: string | undefined): WebSocket[] {
    const ids = ops.object_socket_list(this.#object, tag);
    const found: WebSocket[] = [];
    for (let i = 0; i < ids.length; i++) found[i] = this.find(ids[i]!);
    return found;
  }

  /** The number of one of them; undefined for another. */
  numberOf(socket: WebSocket): number | undefined {
    return WeakMapPrototypeGet(this.#numbers, socket);
  }

  forget(id: number): void {
    MapPrototypeDelete(this.#known, id);
  }

  #remember(id: number, socket: WebSocket): void {
    MapPrototypeSet(this.#known, id, socket);
    WeakMapPrototypeSet(this.#numbers, socket, id);
  }
}
