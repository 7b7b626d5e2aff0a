// https://nodejs.org/api/timers.html#timers-promises-api
import { AbortError, codes } from "lib:internal/errors";
import { validateAbortSignal, validateBoolean, validateNumber, validateObject } from "lib:internal/validators";
import timers from "lib:timers";

interface Options { signal?: any; ref?: boolean }

function check(options: Options): void {
  validateObject(options, "options");
  if (options.signal !== undefined) validateAbortSignal(options.signal, "options.signal");
  if (options.ref !== undefined) validateBoolean(options.ref, "options.ref");
}

// One wait, which `signal` ends early.
function wait<T>(start: (done: () => void) => unknown, stop: (timer: any) => void, value: T, options: Options): Promise<T> {
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      stop(timer);
      reject(new AbortError(undefined, { cause: signal.reason }));
    };
    const timer = start(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

export function setTimeout<T>(delay?: number, value?: T, options: Options = {}): Promise<T | undefined> {
  try {
    if (delay !== undefined) validateNumber(delay, "delay");
    check(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return wait((done) => timers.setTimeout(done, delay), timers.clearTimeout, value, options);
}

export function setImmediate<T>(value?: T, options: Options = {}): Promise<T | undefined> {
  try {
    check(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return wait((done) => timers.setImmediate(done), timers.clearImmediate, value, options);
}

export async function* setInterval<T>(delay?: number, value?: T, options: Options = {}): AsyncGenerator<T | undefined> {
  if (delay !== undefined) validateNumber(delay, "delay");
  check(options);
  const { signal } = options;
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  let due = 0;
  let wake = (): void => {};
  const timer = timers.setInterval(() => {
    due++;
    wake();
  }, delay);
  const abort = (): void => wake();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    while (true) {
      if (due === 0 && !signal?.aborted) await new Promise<void>((resolve) => { wake = resolve; });
      for (; due > 0; due--) yield value;
      if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
    }
  } finally {
    timers.clearInterval(timer);
    signal?.removeEventListener("abort", abort);
  }
}

class Scheduler {
  constructor() { throw new codes.ERR_ILLEGAL_CONSTRUCTOR(); }
  wait(delay: number, options?: Options): Promise<unknown> { return setTimeout(delay, undefined, options === undefined ? undefined : { signal: options.signal }); }
  yield(): Promise<unknown> { return setImmediate(); }
}
export const scheduler: Scheduler = Object.create(Scheduler.prototype);

export default { setTimeout, setImmediate, setInterval, scheduler };
