// https://nodejs.org/api/timers.html on the platform's timers: what they return can be refreshed and disposed of.
import { Immediate, requireCallback, stopImmediate, Timeout, timeoutById } from "lib:internal/timers";

export function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]): any {
  requireCallback(callback);
  return new Timeout(callback, delay, args, false);
}

export function setInterval(callback: unknown, delay?: unknown, ...args: unknown[]): any {
  requireCallback(callback);
  return new Timeout(callback, delay, args, true);
}

export function clearTimeout(timer?: any): void {
  if (timer instanceof Timeout) timer.close();
  else if (typeof timer === "number" || typeof timer === "string") timeoutById(Number(timer))?.close();
}
export const clearInterval = (timer?: unknown): void => clearTimeout(timer);

export function setImmediate(callback: unknown, ...args: unknown[]): any {
  requireCallback(callback);
  return new Immediate(callback, args);
}

export function clearImmediate(immediate?: unknown): void {
  if (immediate instanceof Immediate) stopImmediate(immediate);
}

const promisified = (name: string, fn: Function): void => {
  Object.defineProperty(fn, Symbol.for("nodejs.util.promisify.custom"), { enumerable: true, get: () => require("timers/promises")[name] });
};
promisified("setTimeout", setTimeout);
promisified("setImmediate", setImmediate);

const timers = {
  setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate,
  get promises(): unknown { return require("timers/promises"); },
};
export default timers;
