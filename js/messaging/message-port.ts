// https://html.spec.whatwg.org/#message-ports within one isolate: a message is a task of the port that it is for.
import { defineInterface } from "../core/define.ts";
import { startHostTimer } from "../core/host-timers.ts";
import { ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeShift, ObjectFreeze, SymbolIterator } from "../core/primordials.ts";
import { isObject, requireArguments, toDictionary } from "../core/webidl.ts";
import { createDOMException, defineEventHandler, dispatch, EventTarget, MessageEvent, setPortBrand, trust } from "../events/index.ts";
import { deserializeMessage, registerTransferable, serializeMessage, toTransferList, type Message } from "../structured-clone/index.ts";

const token = { __proto__: null };

export let isMessagePort: (value: unknown) => value is MessagePort;
let entangle: (one: MessagePort, other: MessagePort) => void;
let isUsable: (port: MessagePort) => boolean;
let succeed: (port: MessagePort) => MessagePort;

export class MessagePort extends EventTarget {
  #other: MessagePort | undefined;
  #messages: Message[] = [];
  #started = false;
  #detached = false;

  constructor(key?: unknown) {
    if (key !== token) throw new TypeError("Illegal constructor");
    super();
  }

  postMessage(message: unknown, options?: Iterable<object> | { transfer?: Iterable<object> }): void {
    this.#other;
    const what = "Failed to execute 'postMessage' on 'MessagePort'";
    requireArguments(arguments.length, 1, what);
    const given = isObject(options) && (options as Record<symbol, unknown>)[SymbolIterator] !== undefined
      ? options
      : toDictionary(options as { transfer?: Iterable<object> }, what).transfer;
    const transfer = toTransferList(given, what);
    if (ArrayPrototypeIndexOf(transfer, this) !== -1) throw createDOMException("DataCloneError", `${what}: The port itself can't be transferred.`);
    const target = this.#other;
    const doomed = target !== undefined && ArrayPrototypeIndexOf(transfer, target) !== -1;
    const packed = serializeMessage(message, transfer);
    if (target === undefined || doomed) return;
    ArrayPrototypePush(target.#messages, packed);
    if (target.#started) target.#scheduleOne();
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (let i = 0; i < this.#messages.length; i++) this.#scheduleOne();
  }

  close(): void {
    this.#detached = true;
    const other = this.#other;
    if (other === undefined) return;
    this.#other = undefined;
    other.#other = undefined;
  }

  #scheduleOne(): void {
    startHostTimer(0, () => this.#deliver());
  }

  #deliver(): void {
    // A port that was transferred meanwhile has taken its messages along.
    const packed = ArrayPrototypeShift(this.#messages);
    if (packed === undefined) return;
    let event: MessageEvent;
    try {
      const data = deserializeMessage(packed);
      const ports: object[] = [];
      for (let i = 0; i < packed.transferred.length; i++) if (isMessagePort(packed.transferred[i])) ArrayPrototypePush(ports, packed.transferred[i]!);
      event = new MessageEvent("message", { __proto__: null, data, ports: ObjectFreeze(ports) } as object);
    } catch {
      // The specification's own answer to a message that can't be read.
      event = new MessageEvent("messageerror");
    }
    dispatch(this, trust(event));
  }

  static {
    isMessagePort = (value): value is MessagePort => typeof value === "object" && value !== null && #messages in value;
    entangle = (one, other) => {
      one.#other = other;
      other.#other = one;
    };
    isUsable = (port) => !port.#detached;
    succeed = (port) => {
      const successor = new MessagePort(token);
      successor.#messages = port.#messages;
      port.#messages = [];
      port.#detached = true;
      if (port.#other !== undefined) entangle(successor, port.#other);
      port.#other = undefined;
      return successor;
    };
  }
}
defineInterface("MessagePort", MessagePort);
defineEventHandler(MessagePort.prototype, "message", (port: MessagePort) => port.start());
defineEventHandler(MessagePort.prototype, "messageerror");
setPortBrand(isMessagePort);
registerTransferable({ is: isMessagePort, canTransfer: isUsable, transfer: succeed });

export class MessageChannel {
  #port1 = new MessagePort(token);
  #port2 = new MessagePort(token);

  constructor() {
    entangle(this.#port1, this.#port2);
  }

  get port1(): MessagePort { return this.#port1; }
  get port2(): MessagePort { return this.#port2; }
}
defineInterface("MessageChannel", MessageChannel);
