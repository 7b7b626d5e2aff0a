// https://streams.spec.whatwg.org/#qs
import { defineInterface } from "../core/define.ts";
import { FunctionPrototypeCall, NumberIsFinite } from "../core/primordials.ts";
import { isObject, requireArguments, toCallback, toDictionary } from "../core/webidl.ts";
import { illegalInvocation, rangeError, typeError } from "./errors.ts";

export type SizeAlgorithm = (chunk: unknown) => number;

/** What is left of a QueuingStrategy argument once WebIDL has converted it. */
export interface Strategy {
  highWaterMark: number | undefined;
  size: Function | undefined;
}

interface StrategyInit { highWaterMark?: unknown; size?: unknown }

/** Converts a QueuingStrategy argument, reading each member once and in WebIDL's order. */
export function toStrategy(value: unknown, what: string): Strategy {
  const bag = toDictionary<StrategyInit>(value as StrategyInit | undefined, what);
  const highWaterMark = bag.highWaterMark;
  const converted = highWaterMark === undefined ? undefined : +(highWaterMark as number);
  const size = bag.size;
  return { highWaterMark: converted, size: size === undefined ? undefined : toCallback(size, what) };
}

/** ExtractHighWaterMark. */
export function extractHighWaterMark(strategy: Strategy, fallback: number): number {
  const mark = strategy.highWaterMark;
  if (mark === undefined) return fallback;
  if (mark !== mark || mark < 0) throw rangeError("Invalid highWaterMark: a strategy's high water mark must be a nonnegative number.");
  return mark;
}

/** ExtractSizeAlgorithm; undefined stands for "every chunk counts 1". */
export function extractSize(strategy: Strategy): SizeAlgorithm | undefined {
  const size = strategy.size;
  // The countSize of this very layer is the default in another guise.
  if (size === undefined || size === countSize) return undefined;
  return (chunk) => +(FunctionPrototypeCall(size, undefined, chunk) as number);
}

/** The check of EnqueueValueWithSize. */
export function checkSize(size: number): void {
  if (!NumberIsFinite(size) || size < 0) {
    throw rangeError("The return value of a queuing strategy's size function must be a finite, non-NaN, non-negative number.");
  }
}

function requiredHighWaterMark(init: unknown, given: number, name: string): number {
  const what = `Failed to construct '${name}'`;
  requireArguments(given, 1, what);
  if (!isObject(init) && init !== undefined && init !== null) throw typeError(`${what}: The provided value is not of type 'QueuingStrategyInit'.`);
  const mark = (init as StrategyInit | null | undefined)?.highWaterMark;
  if (mark === undefined) throw typeError(`${what}: Failed to read the 'highWaterMark' property from 'QueuingStrategyInit': Required member is undefined.`);
  return +(mark as number);
}

// Both functions are the same object for all instances, take no part in `new` and bear the attribute's name.
const { size: countSize } = { size: () => 1 };
const { size: byteLengthSize } = { size: (chunk: { byteLength: number }) => chunk.byteLength };

export class CountQueuingStrategy {
  readonly #highWaterMark: number;

  constructor(init: { highWaterMark: number }) {
    this.#highWaterMark = requiredHighWaterMark(init, arguments.length, "CountQueuingStrategy");
  }

  get highWaterMark(): number {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return this.#highWaterMark;
  }

  get size(): Function {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return countSize;
  }
}
defineInterface("CountQueuingStrategy", CountQueuingStrategy);

export class ByteLengthQueuingStrategy {
  readonly #highWaterMark: number;

  constructor(init: { highWaterMark: number }) {
    this.#highWaterMark = requiredHighWaterMark(init, arguments.length, "ByteLengthQueuingStrategy");
  }

  get highWaterMark(): number {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return this.#highWaterMark;
  }

  get size(): Function {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return byteLengthSize;
  }
}
defineInterface("ByteLengthQueuingStrategy", ByteLengthQueuingStrategy);
