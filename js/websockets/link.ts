// What is behind a WebSocket object: a connection of the host's, or the other object of its pair.
import { ops } from "../core/ops.ts";
import { ArrayPrototypePush, ArrayPrototypeShift, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../core/primordials.ts";
import "./ops.ts";

export type MessageData = string | ArrayBuffer;

/** What a WebSocket object does with what arrives; each is the whole of a task. */
export interface Receivers<S extends object = object> {
  message(socket: S, data: MessageData): void;
  close(socket: S, code: number, reason: string): void;
  /** The connection is gone; `failure` says what was wrong, if anything was. */
  loss(socket: S, failure: string | undefined): void;
  /** From now on its way out is another. */
  relink(socket: S, link: Link): void;
}

/** The way out of a WebSocket object. */
export interface Link {
  /** The object hears what arrives from now on. */
  accept(socket: object): void;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Bytes on their way. */
  readonly buffered: number;
}

let receivers: Receivers;
export function setReceivers<S extends object>(all: Receivers<S>): void {
  receivers = all as unknown as Receivers;
}

const accepted = new Map<number, object>();

/** A connection of the host's. */
export class HostLink implements Link {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  accept(socket: object): void {
    MapPrototypeSet(accepted, this.id, socket);
    ops.websocket_accept(this.id);
  }

  send(data: string | Uint8Array): void {
    ops.websocket_send(this.id, data);
  }

  close(code: number, reason: string): void {
    ops.websocket_close(this.id, code, reason);
  }

  get buffered(): number { return ops.websocket_buffered(this.id); }
}

/** The host's entries. */
export function webSocketMessage(id: number, data: MessageData): void {
  const socket = MapPrototypeGet(accepted, id);
  if (socket !== undefined) receivers.message(socket, data);
}

export function webSocketClosed(id: number, code: number, reason: string): void {
  const socket = MapPrototypeGet(accepted, id);
  MapPrototypeDelete(accepted, id);
  if (socket !== undefined) receivers.close(socket, code, reason);
}

export function webSocketLost(id: number, failure: string | undefined): void {
  const socket = MapPrototypeGet(accepted, id);
  MapPrototypeDelete(accepted, id);
  if (socket !== undefined) receivers.loss(socket, failure);
}

/** Who keeps one end of a pair: its way out, and how a request is answered with the other end. */
export interface Adoption {
  readonly link: Link;
  answer(id: number, statusText: string | undefined, headers: string[] | undefined, compress: boolean): void;
}

type Item = MessageData | { code: number; reason: string };

const waiting = new Map<number, LocalLink>();
let lastEnd = 0;

/** One end of a pair within the worker. What is sent into the other end waits here until somebody takes it. */
export class LocalLink implements Link {
  #number = ++lastEnd;
  #other: LocalLink | undefined;
  #items: Item[] = [];
  #receiver: object | undefined;
  #scheduled = false;
  #released = false;
  // The host's connection that the other end was given to.
  #host: Link | undefined;
  #adopted: Adoption | undefined;

  static pair(): [LocalLink, LocalLink] {
    const one = new LocalLink();
    const two = new LocalLink();
    one.#other = two;
    two.#other = one;
    return [one, two];
  }

  accept(socket: object): void {
    this.#receiver = socket;
    if (this.#host === undefined) this.#schedule();
    else this.#attach(this.#host);
  }

  send(data: string | Uint8Array): void {
    if (this.#host !== undefined) return this.#host.send(data);
    this.#other!.#take(typeof data === "string" ? data : (data.buffer as ArrayBuffer));
  }

  close(code: number, reason: string): void {
    if (this.#host !== undefined) return this.#host.close(code, reason);
    this.#other!.#take({ code, reason });
  }

  get buffered(): number { return this.#host === undefined ? 0 : this.#host.buffered; }

  /** This end is a Durable Object's from now on: it talks over the adopter's link as soon as the other end is in a response. */
  adopt(receiver: object, adoption: Adoption): void {
    this.#receiver = receiver;
    this.#adopted = adoption;
  }

  /** What the other end was adopted by. */
  get adoption(): Adoption | undefined { return this.#other!.#adopted; }

  /** Whether neither end is used yet. */
  get isUnused(): boolean {
    const other = this.#other!;
    return this.#receiver === undefined && other.#receiver === undefined && this.#host === undefined && other.#host === undefined && !other.#released;
  }

  /** It goes into a response. */
  release(): void {
    this.#released = true;
  }

  /** True while neither end was given to the host. */
  get isLocal(): boolean { return this.#host === undefined && this.#other!.#host === undefined; }

  /** This end is a connection of the host's from now on: the other end talks to it, beginning with what it said already. */
  couple(host: Link): void {
    const other = this.#other!;
    other.#host = host;
    if (other.#receiver !== undefined) other.#attach(host);
    const items = this.#items;
    this.#items = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      if (typeof item === "string") host.send(item);
      else if (isBuffer(item)) host.send(new Uint8Array(item));
      else host.close(item.code, item.reason);
    }
  }

  /** A task for the next item is due. */
  static deliver(number: number): void {
    const link = MapPrototypeGet(waiting, number);
    if (link === undefined) return;
    MapPrototypeDelete(waiting, number);
    link.#scheduled = false;
    link.#deliver();
  }

  #attach(host: Link): void {
    receivers.relink(this.#receiver!, host);
    host.accept(this.#receiver!);
  }

  #take(item: Item): void {
    ArrayPrototypePush(this.#items, item);
    this.#schedule();
  }

  // One item a task: between two messages the worker's promises run.
  #schedule(): void {
    if (this.#scheduled || this.#receiver === undefined || this.#items.length === 0) return;
    this.#scheduled = true;
    MapPrototypeSet(waiting, this.#number, this);
    ops.websocket_deliver(this.#number);
  }

  #deliver(): void {
    const receiver = this.#receiver!;
    const item = ArrayPrototypeShift(this.#items);
    if (item === undefined) return;
    this.#schedule();
    if (typeof item === "string" || isBuffer(item)) receivers.message(receiver, item);
    else receivers.close(receiver, item.code, item.reason);
  }
}

function isBuffer(item: Item): item is ArrayBuffer {
  return typeof item === "object" && !("code" in item);
}

export function webSocketDeliver(end: number): void {
  LocalLink.deliver(end);
}
