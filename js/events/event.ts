// https://dom.spec.whatwg.org/#interface-event, without the parts that need a tree of nodes.
import { clockNow } from "../core/clock.ts";
import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, ObjectGetOwnPropertyDescriptor } from "../core/primordials.ts";
import { requireArguments, toDictionary, toDOMString } from "../core/webidl.ts";

export interface EventInit { bubbles?: boolean; cancelable?: boolean; composed?: boolean }

const NONE = 0;
const AT_TARGET = 2;

const stopPropagationFlag = 1;
const stopImmediateFlag = 2;
const canceledFlag = 4;
const inPassiveListenerFlag = 8;
const dispatchFlag = 16;
const trustedFlag = 32;
const bubblesFlag = 64;
const cancelableFlag = 128;
const composedFlag = 256;
const initializedFlag = 512;

/** Marks an event made by the layer itself as trusted. */
export let trust: <E extends Event>(event: E) => E;
/** Starts the dispatch at `target`; false when the event is being dispatched already or is not initialised. */
export let beginDispatch: (event: Event, target: object) => boolean;
/** Ends it; false when a listener cancelled the event. */
export let endDispatch: (event: Event) => boolean;
export let setInPassiveListener: (event: Event, passive: boolean) => void;
export let isImmediatelyStopped: (event: Event) => boolean;
export let isPropagationStopped: (event: Event) => boolean;
export let cancel: (event: Event) => void;
export let isEvent: (value: unknown) => value is Event;
let isTrustedOf: (event: Event) => boolean;

export class Event {
  #type: string;
  #target: object | null = null;
  #currentTarget: object | null = null;
  #phase = NONE;
  #flags = initializedFlag;
  #timeStamp: number;

  constructor(type: unknown, init: EventInit | undefined = undefined) {
    requireArguments(arguments.length, 1, "Failed to construct 'Event'");
    this.#type = toDOMString(type);
    if (init !== undefined) {
      const options = toDictionary(init, "Failed to construct 'Event'");
      if (options.bubbles) this.#flags |= bubblesFlag;
      if (options.cancelable) this.#flags |= cancelableFlag;
      if (options.composed) this.#flags |= composedFlag;
    }
    this.#timeStamp = clockNow();
    ObjectDefineProperty(this, "isTrusted", isTrustedAttributes);
  }

  get type(): string { return this.#type; }
  get target(): object | null { return this.#target; }
  get srcElement(): object | null { return this.#target; }
  get currentTarget(): object | null { return this.#currentTarget; }
  get eventPhase(): number { return this.#phase; }
  get bubbles(): boolean { return (this.#flags & bubblesFlag) !== 0; }
  get cancelable(): boolean { return (this.#flags & cancelableFlag) !== 0; }
  get composed(): boolean { return (this.#flags & composedFlag) !== 0; }
  get defaultPrevented(): boolean { return (this.#flags & canceledFlag) !== 0; }
  get timeStamp(): number { return this.#timeStamp; }

  get cancelBubble(): boolean { return (this.#flags & stopPropagationFlag) !== 0; }
  set cancelBubble(value: unknown) { this.#flags |= value ? stopPropagationFlag : 0; }

  get returnValue(): boolean { return (this.#flags & canceledFlag) === 0; }
  set returnValue(value: unknown) { if (!value) Event.#cancel(this); }

  composedPath(): object[] { return this.#currentTarget === null ? [] : [this.#currentTarget]; }
  stopPropagation(): void { this.#flags |= stopPropagationFlag; }
  stopImmediatePropagation(): void { this.#flags |= stopPropagationFlag | stopImmediateFlag; }
  preventDefault(): void { Event.#cancel(this); }

  initEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false): void {
    requireArguments(arguments.length, 1, "Failed to execute 'initEvent' on 'Event'");
    const name = toDOMString(type);
    if (this.#flags & dispatchFlag) return;
    this.#type = name;
    this.#target = null;
    this.#flags = initializedFlag | (this.#flags & composedFlag) | (bubbles ? bubblesFlag : 0) | (cancelable ? cancelableFlag : 0);
  }

  static #cancel(event: Event): void {
    if (event.#flags & cancelableFlag && !(event.#flags & inPassiveListenerFlag)) event.#flags |= canceledFlag;
  }

  static {
    trust = (event) => { event.#flags |= trustedFlag; return event; };
    beginDispatch = (event, target) => {
      if (event.#flags & dispatchFlag || !(event.#flags & initializedFlag)) return false;
      event.#flags |= dispatchFlag;
      event.#target = target;
      event.#currentTarget = target;
      event.#phase = AT_TARGET;
      return true;
    };
    endDispatch = (event) => {
      event.#phase = NONE;
      event.#currentTarget = null;
      event.#flags &= ~(dispatchFlag | stopPropagationFlag | stopImmediateFlag | inPassiveListenerFlag);
      return (event.#flags & canceledFlag) === 0;
    };
    setInPassiveListener = (event, passive) => {
      if (passive) event.#flags |= inPassiveListenerFlag;
      else event.#flags &= ~inPassiveListenerFlag;
    };
    isImmediatelyStopped = (event) => (event.#flags & stopImmediateFlag) !== 0;
    isPropagationStopped = (event) => (event.#flags & stopPropagationFlag) !== 0;
    cancel = Event.#cancel;
    isEvent = (value): value is Event => typeof value === "object" && value !== null && #flags in value;
    isTrustedOf = (event) => (event.#flags & trustedFlag) !== 0;
  }
}

// `isTrusted` is [LegacyUnforgeable]: an own accessor of every event, one getter for all.
const isTrustedAttributes = {
  __proto__: null,
  ...ObjectGetOwnPropertyDescriptor({ get isTrusted() { return isTrustedOf(this as unknown as Event); } }, "isTrusted"),
  configurable: false,
} as PropertyDescriptor;

defineInterface("Event", Event, { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 });
