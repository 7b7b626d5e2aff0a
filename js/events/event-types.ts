// The interfaces that add fields to Event and nothing else.
import { defineInterface } from "../core/define.ts";
import { ObjectFreeze } from "../core/primordials.ts";
import { requireArguments, toDictionary, toDOMString, toSequence, toUnsignedLong, toUnsignedShort, toUSVString } from "../core/webidl.ts";
import { Event, type EventInit, trust } from "./event.ts";

const OriginalNumber = Number;

export interface CustomEventInit extends EventInit { detail?: unknown }

export class CustomEvent extends Event {
  #detail: unknown;
  constructor(type: unknown, init: CustomEventInit | undefined = undefined) {
    requireArguments(arguments.length, 1, "Failed to construct 'CustomEvent'");
    super(type, init);
    const detail = toDictionary(init, "Failed to construct 'CustomEvent'").detail;
    this.#detail = detail === undefined ? null : detail;
  }
  get detail(): unknown { return this.#detail; }
  initCustomEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false, detail: unknown = null): void {
    requireArguments(arguments.length, 1, "Failed to execute 'initCustomEvent' on 'CustomEvent'");
    this.#detail;
    if (this.eventPhase !== 0) return;
    this.initEvent(type, bubbles, cancelable);
    this.#detail = detail;
  }
}
defineInterface("CustomEvent", CustomEvent);

export interface MessageEventInit extends EventInit {
  data?: unknown;
  origin?: string;
  lastEventId?: string;
  source?: object | null;
  ports?: Iterable<object>;
}

/** A trusted "message" event with nothing but its data: what a WebSocket has for every message. */
export let messageEvent: (data: unknown) => MessageEvent;

export class MessageEvent extends Event {
  #data: unknown = null;
  #origin = "";
  #lastEventId = "";
  #source: object | null = null;
  // Made when somebody looks, for the many events that carry none.
  #ports: readonly object[] | undefined = undefined;
  constructor(type: unknown, init: MessageEventInit | undefined = undefined) {
    requireArguments(arguments.length, 1, "Failed to construct 'MessageEvent'");
    super(type, init);
    if (init === undefined) return;
    const what = "Failed to construct 'MessageEvent'";
    const options = toDictionary(init, what);
    const { data, lastEventId, origin, ports, source } = options;
    this.#data = data === undefined ? null : data;
    this.#lastEventId = lastEventId === undefined ? "" : toDOMString(lastEventId);
    this.#origin = origin === undefined ? "" : toUSVString(origin);
    if (ports !== undefined) this.#ports = ObjectFreeze(toSequence(ports, toPort, what));
    if (source !== undefined && source !== null && typeof source !== "object") {
      throw new TypeError(`${what}: member source is not of type MessageEventSource.`);
    }
    this.#source = source ?? null;
  }
  get data(): unknown { return this.#data; }
  get origin(): string { return this.#origin; }
  get lastEventId(): string { return this.#lastEventId; }
  get source(): object | null { return this.#source; }
  get ports(): readonly object[] { return this.#ports ??= ObjectFreeze([]); }

  static {
    messageEvent = (data) => {
      const event = trust(new MessageEvent("message"));
      event.#data = data;
      return event;
    };
  }
}
defineInterface("MessageEvent", MessageEvent);

let isPort: (value: unknown) => boolean = () => false;

/** MessagePort comes later than the event that carries it. */
export function setPortBrand(brand: (value: unknown) => boolean): void {
  isPort = brand;
}

function toPort(value: unknown): object {
  if (!isPort(value)) throw new TypeError("Failed to construct 'MessageEvent': Failed to convert value to 'MessagePort'.");
  return value as object;
}

export interface ErrorEventInit extends EventInit {
  message?: string;
  filename?: string;
  lineno?: number;
  colno?: number;
  error?: unknown;
}

export class ErrorEvent extends Event {
  #message: string;
  #filename: string;
  #lineno: number;
  #colno: number;
  #error: unknown;
  constructor(type: unknown, init: ErrorEventInit | undefined = undefined) {
    requireArguments(arguments.length, 1, "Failed to construct 'ErrorEvent'");
    super(type, init);
    const { colno, error, filename, lineno, message } = toDictionary(init, "Failed to construct 'ErrorEvent'");
    this.#colno = colno === undefined ? 0 : toUnsignedLong(colno);
    this.#error = error;
    this.#filename = filename === undefined ? "" : toUSVString(filename);
    this.#lineno = lineno === undefined ? 0 : toUnsignedLong(lineno);
    this.#message = message === undefined ? "" : toDOMString(message);
  }
  get message(): string { return this.#message; }
  get filename(): string { return this.#filename; }
  get lineno(): number { return this.#lineno; }
  get colno(): number { return this.#colno; }
  get error(): unknown { return this.#error; }
}
defineInterface("ErrorEvent", ErrorEvent);

export interface CloseEventInit extends EventInit { wasClean?: boolean; code?: number; reason?: string }

export class CloseEvent extends Event {
  #wasClean: boolean;
  #code: number;
  #reason: string;
  constructor(type: unknown, init: CloseEventInit | undefined = undefined) {
    requireArguments(arguments.length, 1, "Failed to construct 'CloseEvent'");
    super(type, init);
    const { code, reason, wasClean } = toDictionary(init, "Failed to construct 'CloseEvent'");
    this.#code = code === undefined ? 0 : toUnsignedShort(code);
    this.#reason = reason === undefined ? "" : toUSVString(reason);
    this.#wasClean = !!wasClean;
  }
  get wasClean(): boolean { return this.#wasClean; }
  get code(): number { return this.#code; }
  get reason(): string { return this.#reason; }
}
defineInterface("CloseEvent", CloseEvent);

export interface PromiseRejectionEventInit extends EventInit { promise: object; reason?: unknown }

export class PromiseRejectionEvent extends Event {
  #promise: object;
  #reason: unknown;
  constructor(type: unknown, init: PromiseRejectionEventInit) {
    const what = "Failed to construct 'PromiseRejectionEvent'";
    requireArguments(arguments.length, 2, what);
    super(type, init);
    const { promise, reason } = toDictionary(init, what);
    if (typeof promise !== "object" && typeof promise !== "function" || promise === null) {
      throw new TypeError(`${what}: required member promise is not an object.`);
    }
    this.#promise = promise;
    this.#reason = reason;
  }
  get promise(): object { return this.#promise; }
  get reason(): unknown { return this.#reason; }
}
defineInterface("PromiseRejectionEvent", PromiseRejectionEvent);

export interface ProgressEventInit extends EventInit { lengthComputable?: boolean; loaded?: number; total?: number }

export class ProgressEvent extends Event {
  #lengthComputable: boolean;
  #loaded: number;
  #total: number;
  constructor(type: unknown, init: ProgressEventInit | undefined = undefined) {
    requireArguments(arguments.length, 1, "Failed to construct 'ProgressEvent'");
    super(type, init);
    const { lengthComputable, loaded, total } = toDictionary(init, "Failed to construct 'ProgressEvent'");
    this.#lengthComputable = !!lengthComputable;
    this.#loaded = loaded === undefined ? 0 : OriginalNumber(loaded);
    this.#total = total === undefined ? 0 : OriginalNumber(total);
  }
  get lengthComputable(): boolean { return this.#lengthComputable; }
  get loaded(): number { return this.#loaded; }
  get total(): number { return this.#total; }
}
defineInterface("ProgressEvent", ProgressEvent);
