// https://dom.spec.whatwg.org/#aborting-ongoing-activities
import { defineInterface } from "../core/define.ts";
import { startHostTimer } from "../core/host-timers.ts";
import {
  ArrayPrototypeIndexOf,
  ArrayPrototypePush,
  ArrayPrototypeSplice,
  ObjectDefineProperty,
  SetPrototypeAdd,
  SetPrototypeDelete,
  uncurryThis,
} from "../core/primordials.ts";
import { requireArguments, toSequence, toUnsignedLongLong } from "../core/webidl.ts";
import { createDOMException } from "./dom-exception.ts";
import { Event, trust } from "./event.ts";
import { defineEventHandler } from "./event-handler.ts";
import { dispatch, EventTarget, hasListeners, setSignalOperations } from "./event-target.ts";

const OriginalWeakRef = WeakRef;
const weakRefDeref = uncurryThis(WeakRef.prototype.deref) as <T extends WeakKey>(self: WeakRef<T>) => T | undefined;
const OriginalSet = Set;
const token = { __proto__: null };

export type AbortAlgorithm = (reason: unknown) => void;

export let isAbortSignal: (value: unknown) => value is AbortSignal;
export let isAborted: (signal: AbortSignal) => boolean;
export let abortReason: (signal: AbortSignal) => unknown;
/** Calls `algorithm` once when the signal aborts, before its event. Nothing happens when it has aborted already. */
export let addAbortAlgorithm: (signal: AbortSignal, algorithm: AbortAlgorithm) => void;
export let removeAbortAlgorithm: (signal: AbortSignal, algorithm: AbortAlgorithm) => void;
/** Aborts the signal and those that depend on it. An undefined reason becomes an "AbortError" DOMException. */
export let signalAbort: (signal: AbortSignal, reason?: unknown) => void;
let makeDependent: (signal: AbortSignal, sources: AbortSignal[]) => void;
let updateHold: (signal: AbortSignal) => void;

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown = undefined;
  #algorithms: AbortAlgorithm[] | undefined;
  // For a signal made by `any()`: what it follows. Never itself such a signal.
  #sources: AbortSignal[] | undefined;
  // The signals that follow this one. Weakly: a source that lives as long as the isolate must not keep every signal
  // ever derived from it. Those that somebody listens to are also in `#held`, or the listener would be lost.
  #dependents: WeakRef<AbortSignal>[] | undefined;
  #held: Set<AbortSignal> | undefined;
  #pruneAt = 16;

  constructor(key?: unknown) {
    if (key !== token) throw new TypeError("Illegal constructor");
    super();
  }

  get aborted(): boolean { return this.#aborted; }
  get reason(): unknown { return this.#reason; }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  static abort(reason: unknown = undefined): AbortSignal {
    const signal = createAbortSignal();
    signal.#setAborted(reason);
    return signal;
  }

  static timeout(milliseconds: unknown): AbortSignal {
    requireArguments(arguments.length, 1, "Failed to execute 'timeout' on 'AbortSignal'");
    const delay = toUnsignedLongLong(milliseconds, { enforceRange: true, what: "Failed to execute 'timeout' on 'AbortSignal': Value" });
    const signal = createAbortSignal();
    startHostTimer(delay, () => signalAbort(signal, createDOMException("TimeoutError", "The operation was aborted due to timeout")));
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    requireArguments(arguments.length, 1, "Failed to execute 'any' on 'AbortSignal'");
    const sources = toSequence(signals, (item) => {
      if (!isAbortSignal(item)) throw new TypeError("Failed to execute 'any' on 'AbortSignal': Failed to convert value to 'AbortSignal'.");
      return item;
    }, "Failed to execute 'any' on 'AbortSignal'");
    return createDependentAbortSignal(sources);
  }

  #setAborted(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason === undefined ? createDOMException("AbortError", "The operation was aborted") : reason;
  }

  #runSteps(): void {
    const algorithms = this.#algorithms;
    this.#algorithms = undefined;
    if (algorithms !== undefined) for (let i = 0; i < algorithms.length; i++) algorithms[i]!(this.#reason);
    if (hasListeners(this, "abort")) dispatch(this, trust(new Event("abort")));
    this.#sources = undefined;
  }

  static {
    isAbortSignal = (value): value is AbortSignal => typeof value === "object" && value !== null && #aborted in value;
    isAborted = (signal) => signal.#aborted;
    abortReason = (signal) => signal.#reason;
    addAbortAlgorithm = (signal, algorithm) => {
      if (signal.#aborted) return;
      ArrayPrototypePush(signal.#algorithms ??= [], algorithm);
      updateHold(signal);
    };
    removeAbortAlgorithm = (signal, algorithm) => {
      const index = signal.#algorithms === undefined ? -1 : ArrayPrototypeIndexOf(signal.#algorithms, algorithm);
      if (index === -1) return;
      ArrayPrototypeSplice(signal.#algorithms!, index, 1);
      updateHold(signal);
    };
    signalAbort = (signal, reason) => {
      if (signal.#aborted) return;
      signal.#setAborted(reason);
      // All are marked before anyone is told, so that no listener sees a dependent that lags behind.
      const dependents: AbortSignal[] = [];
      const references = signal.#dependents;
      if (references !== undefined) {
        for (let i = 0; i < references.length; i++) {
          const dependent = weakRefDeref(references[i]!);
          if (dependent === undefined || dependent.#aborted) continue;
          dependent.#setAborted(signal.#reason);
          ArrayPrototypePush(dependents, dependent);
        }
      }
      signal.#dependents = undefined;
      signal.#runSteps();
      for (let i = 0; i < dependents.length; i++) dependents[i]!.#runSteps();
      signal.#held = undefined;
    };
    makeDependent = (signal, sources) => {
      for (let i = 0; i < sources.length; i++) {
        if (sources[i]!.#aborted) return signal.#setAborted(sources[i]!.#reason);
      }
      const roots: AbortSignal[] = signal.#sources = [];
      const add = (source: AbortSignal): void => {
        if (ArrayPrototypeIndexOf(roots, source) !== -1) return;
        ArrayPrototypePush(roots, source);
        const dependents = source.#dependents ??= [];
        if (dependents.length >= source.#pruneAt) prune(source);
        ArrayPrototypePush(dependents, new OriginalWeakRef(signal));
      };
      for (let i = 0; i < sources.length; i++) {
        const source = sources[i]!;
        if (source.#sources === undefined) {
          add(source);
        } else {
          for (let j = 0; j < source.#sources.length; j++) add(source.#sources[j]!);
        }
      }
    };
    const prune = (source: AbortSignal): void => {
      const dependents = source.#dependents!;
      let kept = 0;
      for (let i = 0; i < dependents.length; i++) {
        if (weakRefDeref(dependents[i]!) !== undefined) dependents[kept++] = dependents[i]!;
      }
      dependents.length = kept;
      source.#pruneAt = kept * 2 + 16;
    };
    updateHold = (signal) => {
      const sources = signal.#sources;
      if (sources === undefined) return;
      const wanted = (signal.#algorithms !== undefined && signal.#algorithms.length > 0) || hasListeners(signal, "abort");
      for (let i = 0; i < sources.length; i++) {
        const held = sources[i]!.#held ??= new OriginalSet();
        if (wanted) SetPrototypeAdd(held, signal);
        else SetPrototypeDelete(held, signal);
      }
    };
  }
}

defineInterface("AbortSignal", AbortSignal);
defineEventHandler(AbortSignal.prototype, "abort");
ObjectDefineProperty(AbortSignal, "length", { __proto__: null, value: 0, configurable: true } as PropertyDescriptor);

setSignalOperations({
  isAbortSignal,
  isAborted: (signal) => isAborted(signal as AbortSignal),
  addAbortAlgorithm: (signal, algorithm) => addAbortAlgorithm(signal as AbortSignal, algorithm),
  removeAbortAlgorithm: (signal, algorithm) => removeAbortAlgorithm(signal as AbortSignal, algorithm),
  abortListenersChanged: (target) => {
    if (isAbortSignal(target)) updateHold(target);
  },
});

export function createAbortSignal(): AbortSignal {
  return new AbortSignal(token);
}

/** A signal that aborts when one of `sources` does (`AbortSignal.any` without the conversions). */
export function createDependentAbortSignal(sources: AbortSignal[]): AbortSignal {
  const signal = createAbortSignal();
  makeDependent(signal, sources);
  return signal;
}

export class AbortController {
  #signal = createAbortSignal();

  get signal(): AbortSignal { return this.#signal; }

  abort(reason: unknown = undefined): void {
    signalAbort(this.#signal, reason);
  }
}

defineInterface("AbortController", AbortController);
