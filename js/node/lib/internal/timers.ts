// What timers return: objects that can be refreshed and disposed of, on the platform's timers.
const { startHostTimer, cancelHostTimer, reportException } = internalBinding("layer");

export const TIMEOUT_MAX = 2 ** 31 - 1;
export const kTimeout = Symbol("timeout");
const active = new Map<number, Timeout>();
let lastId = 0;

type Callback = (...args: any[]) => void;

const delayOf = (delay: unknown): number => {
  const number = Number(delay);
  return number >= 1 && number <= TIMEOUT_MAX ? Math.trunc(number) : 1;
};

export function requireCallback(callback: unknown): asserts callback is Callback {
  if (typeof callback !== "function") require("internal/validators").validateFunction(callback, "callback");
}

export class Timeout {
  #callback: Callback;
  #args: unknown[];
  #delay: number;
  #repeat: boolean;
  #host = 0;
  #id = ++lastId;
  #referenced = true;

  constructor(callback: Callback, delay: unknown, args: unknown[], repeat: boolean) {
    this.#callback = callback;
    this.#args = args;
    this.#delay = delayOf(delay);
    this.#repeat = repeat;
    this.#start();
  }

  #start(): void {
    active.set(this.#id, this);
    this.#host = startHostTimer(this.#delay, () => this.#fire(), () => active.delete(this.#id));
  }

  #fire(): void {
    if (!this.#repeat) active.delete(this.#id);
    const host = this.#host;
    try {
      this.#callback.apply(this, this.#args);
    } catch (error) {
      reportException(error);
    }
    if (this.#repeat && active.get(this.#id) === this && this.#host === host) this.#start();
  }

  refresh(): this {
    if (active.get(this.#id) === this || this.#host !== 0) {
      cancelHostTimer(this.#host);
      this.#start();
    }
    return this;
  }

  // A worker lives as long as its requests: no timer keeps it up, none lets it go.
  ref(): this {
    this.#referenced = true;
    return this;
  }

  unref(): this {
    this.#referenced = false;
    return this;
  }

  hasRef(): boolean { return this.#referenced; }

  close(): this {
    if (active.delete(this.#id)) cancelHostTimer(this.#host);
    this.#host = 0;
    return this;
  }

  [Symbol.dispose](): void { this.close(); }
  [Symbol.toPrimitive](): number { return this.#id; }
}

export class Immediate {
  #callback: Callback | undefined;
  #host: number;

  constructor(callback: Callback, args: unknown[]) {
    this.#callback = callback;
    this.#host = startHostTimer(0, () => {
      const run = this.#callback;
      this.#callback = undefined;
      try {
        run?.apply(this, args);
      } catch (error) {
        reportException(error);
      }
    }, () => { this.#callback = undefined; });
  }

  ref(): this { return this; }
  unref(): this { return this; }
  hasRef(): boolean { return this.#callback !== undefined; }
  [Symbol.dispose](): void { stopImmediate(this); }

  static stop(immediate: Immediate): void {
    if (immediate.#callback === undefined) return;
    immediate.#callback = undefined;
    cancelHostTimer(immediate.#host);
  }
}
export const { stop: stopImmediate } = Immediate;
delete (Immediate as any).stop;

export const timeoutById = (id: number): Timeout | undefined => active.get(id);


export const setUnrefTimeout = (callback: () => void, delay: number): unknown => new Timeout(callback, delay, [], false);
export const getTimerDuration = (delay: number, name: string): number => {
  require("internal/validators").validateNumber(delay, name);
  if (!(delay >= 0 && delay < Infinity)) throw new (require("internal/errors").codes.ERR_OUT_OF_RANGE)(name, "a non-negative finite number", delay);
  return Math.min(delay, TIMEOUT_MAX);
};
