// https://websockets.spec.whatwg.org/ as Workers has it: beside those that connect there are the ends of a pair and the
// ones that come with a response, which begin when they are accepted.
import { getAsyncContext } from "../core/async-context.ts";
import { copyBytes, viewBytes } from "../core/bytes.ts";
import { isCompatible } from "../core/compatibility.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ObjectDefineProperty, TypedArrayPrototypeGetByteLength } from "../core/primordials.ts";
import { isBufferSource, requireArguments, toDictionary, toDOMString, toUSVString } from "../core/webidl.ts";
import { blobs } from "../blob/lazy.ts";
import { CloseEvent, createDOMException, defineEventHandler, dispatch, ErrorEvent, Event, EventTarget, exceptionMessage, isDOMException, messageEvent, trust } from "../events/index.ts";
import type { Message } from "../structured-clone/index.ts";
import { cloning } from "../structured-clone/lazy.ts";
import { refuseClone } from "../structured-clone/stored.ts";
import { connect } from "./connect.ts";
import { type Adoption, HostLink, type Link, LocalLink, type MessageData, setReceivers } from "./link.ts";
import { abnormal, noStatus, toCloseCode, toCloseReason, toProtocols, toSocketUrl } from "./validation.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const maxAttachment = 16 * 1024;
const internal = { __proto__: null };

type Phase = "connecting" | "awaiting" | "accepted" | "released";

export let isWebSocket: (value: unknown) => value is WebSocket;
/** A WebSocket that was not accepted yet, over a link. */
export let webSocketOver: (link: Link) => WebSocket;
/** Takes the link out of a WebSocket that goes into a response. */
export let releaseForResponse: (socket: WebSocket) => Link;

/** A Durable Object keeps the socket: what is attached to it stays while the object has no instance. */
export interface HibernatingLink extends Link {
  attach(bytes: Uint8Array): void;
  attachment(): Uint8Array | undefined;
}

/** Throws unless a Durable Object may keep the socket. */
export let requireHibernatable: (socket: WebSocket) => void;
/** From now on a Durable Object keeps the socket; `answer` gives the other end of the pair to the host. */
export let hibernate: (socket: WebSocket, link: HibernatingLink, answer: Adoption["answer"]) => void;
/** The object of a WebSocket that a Durable Object has kept. */
export let wakeWebSocket: (link: HibernatingLink, state: number) => WebSocket;
/** The peer of a kept WebSocket has closed its half. */
export let peerHasClosed: (socket: WebSocket, code: number, reason: string) => void;
/** The connection of a kept WebSocket is gone. */
export let isLost: (socket: WebSocket) => void;

export class WebSocket extends EventTarget {
  #phase: Phase = "awaiting";
  #link: Link | undefined;
  #url: string | null = null;
  #protocol = "";
  #extensions = "";
  #binaryType: "blob" | "arraybuffer" | undefined;
  #halfOpen: boolean | undefined;
  #closedIncoming = false;
  #closedOutgoing = false;
  // Nothing can be sent any more, for a reason that is not the worker's.
  #broken = false;
  // The async context of its acceptance, in which its events are heard.
  #context: unknown;
  #attachment: Message | undefined;
  #kept: HibernatingLink | undefined;
  // Gives the opening handshake up.
  #abort: (() => void) | undefined;

  constructor(url: unknown, protocols: unknown = undefined) {
    super();
    if (url === internal) return;
    requireArguments(arguments.length, 1, "Failed to construct 'WebSocket'");
    const href = toSocketUrl(url);
    this.#phase = "connecting";
    this.#url = href;
    connect(
      href,
      toProtocols(protocols),
      (abort) => {
        this.#abort = abort;
      },
      (id, protocol, extensions) => this.#opened(id, protocol, extensions),
      (error) => this.#refused(error),
    );
  }

  get url(): string | null { return this.#url; }
  get readyState(): number {
    if (this.#broken || (this.#closedIncoming && this.#closedOutgoing)) return CLOSED;
    if (this.#closedIncoming || this.#closedOutgoing) return CLOSING;
    return this.#phase === "connecting" ? CONNECTING : OPEN;
  }
  get protocol(): string { return this.#protocol; }
  get extensions(): string { return this.#extensions; }
  get bufferedAmount(): number { return this.#link === undefined || this.#broken ? 0 : this.#link.buffered; }

  get binaryType(): "blob" | "arraybuffer" {
    return this.#binaryType ??= isCompatible("webSocketStandardBinaryType") ? "blob" : "arraybuffer";
  }
  set binaryType(value: unknown) {
    this.#phase;
    const type = toDOMString(value);
    if (type === "blob" || type === "arraybuffer") this.#binaryType = type;
  }

  accept(options: { allowHalfOpen?: boolean } | undefined = undefined): void {
    switch (this.#phase) {
      case "connecting": throw new TypeError("Websockets obtained from the 'new WebSocket()' constructor cannot call accept");
      case "released": throw new TypeError("Can't accept() WebSocket that was already used in a response.");
      case "accepted":
        if (this.#kept !== undefined) throw new TypeError("Can't accept() WebSocket after enabling hibernation.");
        return;
    }
    const halfOpen = toDictionary(options, "Failed to execute 'accept' on 'WebSocket'").allowHalfOpen;
    if (halfOpen !== undefined) this.#halfOpen = !!halfOpen;
    this.#accept();
  }

  send(data: unknown): void {
    const phase = this.#phase;
    requireArguments(arguments.length, 1, "Failed to execute 'send' on 'WebSocket'");
    // The conversion runs worker code: it comes before the state is looked at.
    const local = this.#link instanceof LocalLink;
    const message = typeof data === "string" ? (local ? toUSVString(data) : data) : toMessage(data, local);
    if (this.#closedOutgoing) throw new TypeError("Can't call WebSocket send() after close().");
    if (this.#broken || this.#phase === "released") return;
    if (phase === "connecting") throw createDOMException("InvalidStateError", "Failed to execute 'send' on 'WebSocket': it is still connecting.");
    if (phase !== "accepted") throw notAccepted();
    this.#link!.send(message);
  }

  close(code: unknown = undefined, reason: unknown = undefined): void {
    this.#phase;
    const status = toCloseCode(code);
    const text = toCloseReason(reason, status);
    if (this.#phase === "connecting") {
      if (this.#closedOutgoing) return;
      this.#closedOutgoing = true;
      this.#abort!();
      return;
    }
    if (this.#closedOutgoing || this.#broken || this.#phase === "released") return;
    if (this.#phase !== "accepted") throw notAccepted();
    this.#closedOutgoing = true;
    this.#link!.close(status, text);
  }

  serializeAttachment(attachment: unknown): void {
    this.#phase;
    requireArguments(arguments.length, 1, "Failed to execute 'serializeAttachment' on 'WebSocket'");
    const message = cloning().serializeMessage(attachment, []);
    const size = message.bytes === undefined ? 0 : TypedArrayPrototypeGetByteLength(message.bytes);
    if (size > maxAttachment) throw new Error(`A WebSocket 'attachment' cannot be larger than ${maxAttachment} bytes.'attachment' was ${size} bytes.`);
    if (this.#kept !== undefined) this.#kept.attach(lasting(attachment, message));
    else this.#attachment = message;
  }

  deserializeAttachment(): unknown {
    const kept = this.#kept?.attachment();
    if (kept !== undefined) return ops.deserialize(kept, [], undefined);
    return this.#attachment === undefined ? null : cloning().deserializeMessage(this.#attachment);
  }

  #accept(): void {
    this.#phase = "accepted";
    this.#context = getAsyncContext();
    this.#link!.accept(this);
  }

  #opened(id: number, protocol: string, extensions: string): void {
    const link = new HostLink(id);
    this.#link = link;
    if (this.#closedOutgoing) {
      // close() was called meanwhile: the connection is not wanted any more.
      this.#accept();
      link.close(noStatus, "");
      this.#fail("WebSocket is closed before the connection is established.", undefined);
      return;
    }
    this.#protocol = protocol;
    this.#extensions = extensions;
    this.#phase = "accepted";
    dispatch(this, trust(new Event("open")));
    // What the server sent behind its handshake comes after "open".
    this.#accept();
  }

  #refused(error: unknown): void {
    if (this.#closedOutgoing) this.#fail("WebSocket is closed before the connection is established.", undefined);
    else this.#fail(isDOMException(error) ? exceptionMessage(error) : error instanceof Error ? error.message : "WebSocket connection failed.", error);
  }

  #fail(message: string, error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    dispatch(this, trust(new ErrorEvent("error", { __proto__: null, message, error: error ?? new Error(message) } as object)));
    this.#dispatchClose(abnormal, "Failed to establish websocket connection", false);
  }

  #receiveMessage(data: MessageData): void {
    if (this.#broken) return;
    const value = typeof data === "string" || this.binaryType === "arraybuffer" ? data : blobs().blobFromBytes(new Uint8Array(data), "");
    dispatch(this, messageEvent(value));
  }

  #receiveClose(code: number, reason: string): void {
    if (this.#broken || this.#closedIncoming) return;
    this.#closedIncoming = true;
    const halfOpen = this.#halfOpen ?? !isCompatible("webSocketAutoReplyToClose");
    if (!halfOpen && !this.#closedOutgoing) {
      this.#closedOutgoing = true;
      this.#link!.close(code, reason);
    }
    this.#dispatchClose(code, reason, true);
  }

  #receiveLoss(failure: string | undefined): void {
    if (this.#broken) return;
    const closed = this.#closedIncoming;
    this.#broken = true;
    if (failure !== undefined) dispatch(this, trust(new ErrorEvent("error", { __proto__: null, message: failure, error: new Error(failure) } as object)));
    if (!closed) this.#dispatchClose(abnormal, "WebSocket disconnected without sending Close frame.", false);
  }

  #dispatchClose(code: number, reason: string, wasClean: boolean): void {
    dispatch(this, trust(new CloseEvent("close", { __proto__: null, code, reason, wasClean } as object)));
  }

  // A task of the host's begins without a context.
  static #begin(socket: WebSocket): void {
    if (socket.#context !== undefined) ops.async_context_set(socket.#context);
  }

  static {
    setReceivers<WebSocket>({
      message(socket, data) {
        WebSocket.#begin(socket);
        try {
          socket.#receiveMessage(data);
        } finally {
          ops.async_context_set(undefined);
        }
      },
      close(socket, code, reason) {
        WebSocket.#begin(socket);
        try {
          socket.#receiveClose(code, reason);
        } finally {
          ops.async_context_set(undefined);
        }
      },
      loss(socket, failure) {
        WebSocket.#begin(socket);
        try {
          socket.#receiveLoss(failure);
        } finally {
          ops.async_context_set(undefined);
        }
      },
      relink: (socket, link) => {
        socket.#link = link;
      },
    });
    requireHibernatable = (socket) => {
      if (socket.#phase === "accepted") throw new Error("Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`");
      if (socket.#phase !== "awaiting" || !(socket.#link instanceof LocalLink) || !socket.#link.isUnused) {
        throw new Error("Cannot call `acceptWebSocket()` on this WebSocket because its pair has already been accepted or used in a Response.");
      }
    };
    hibernate = (socket, link, answer) => {
      (socket.#link as LocalLink).adopt(socket, { __proto__: null, link, answer } as unknown as Adoption);
      socket.#phase = "accepted";
      socket.#kept = link;
      if (socket.#attachment !== undefined) link.attach(lasting(socket.deserializeAttachment(), socket.#attachment));
    };
    wakeWebSocket = (link, state) => {
      const socket = new WebSocket(internal);
      socket.#phase = "accepted";
      socket.#link = link;
      socket.#kept = link;
      socket.#closedOutgoing = (state & 1) !== 0;
      socket.#closedIncoming = (state & 2) !== 0;
      socket.#broken = (state & 4) !== 0;
      return socket;
    };
    peerHasClosed = (socket, code, reason) => {
      socket.#closedIncoming = true;
      if (socket.#closedOutgoing || !isCompatible("webSocketAutoReplyToClose")) return;
      socket.#closedOutgoing = true;
      socket.#link!.close(code, reason);
    };
    isLost = (socket) => {
      socket.#broken = true;
    };
    isWebSocket = (value): value is WebSocket => typeof value === "object" && value !== null && #phase in value;
    webSocketOver = (link) => {
      const socket = new WebSocket(internal);
      socket.#link = link;
      return socket;
    };
    releaseForResponse = (socket) => {
      switch (socket.#phase) {
        case "connecting": throw new TypeError("Can't return WebSocket in a Response if it was created with `new WebSocket()`");
        case "released": throw new TypeError("Can't return WebSocket that was already used in a response.");
        case "accepted": throw new TypeError(socket.#url === null ? "Can't return WebSocket in a Response after calling accept()." : "Can't return WebSocket in a Response if it was created with `new WebSocket()`");
      }
      socket.#phase = "released";
      if (socket.#link instanceof LocalLink) socket.#link.release();
      return socket.#link!;
    };
  }
}
defineInterface("WebSocket", WebSocket, { CONNECTING, OPEN, CLOSING, CLOSED });
defineEventHandler(WebSocket.prototype, "open");
defineEventHandler(WebSocket.prototype, "error");
defineEventHandler(WebSocket.prototype, "close");
defineEventHandler(WebSocket.prototype, "message");
defineLegacyConstant("READY_STATE_CONNECTING", CONNECTING);
defineLegacyConstant("READY_STATE_OPEN", OPEN);
defineLegacyConstant("READY_STATE_CLOSING", CLOSING);
defineLegacyConstant("READY_STATE_CLOSED", CLOSED);

function defineLegacyConstant(name: string, value: number): void {
  ObjectDefineProperty(WebSocket, name, { __proto__: null, value, enumerable: true } as PropertyDescriptor);
}

function notAccepted(): TypeError {
  return new TypeError("You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.");
}

/** An attachment as bytes that outlive the isolate. */
function lasting(value: unknown, message: Message): Uint8Array {
  if (message.bytes === undefined) return ops.serialize(value, [], plainHooks);
  if (message.objects.length > 0) refuseClone("The attachment of a hibernatable WebSocket can only hold plain values.");
  return message.bytes;
}

const plainHooks = {
  __proto__: null,
  fail: refuseClone,
  module: () => undefined,
  write: () => undefined,
} as any;

// A message between the ends of a pair is a copy; what goes to the host is copied there.
function toMessage(data: unknown, copied: boolean): string | Uint8Array {
  if (isBufferSource(data)) return copied ? copyBytes(data) : viewBytes(data);
  const module = blobs.loaded();
  if (module !== undefined && module.isBlob(data)) return copied ? copyBytes(module.blobBytes(data)) : module.blobBytes(data);
  return toUSVString(data);
}
