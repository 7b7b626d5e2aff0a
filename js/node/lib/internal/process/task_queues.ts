const { global, reportException } = internalBinding("layer");
const schedule = global.queueMicrotask;

export const queueMicrotask = (callback: () => void): void => schedule(callback);
export const setupTaskQueue = (): object => ({ nextTick });

export function nextTick(callback: unknown, ...args: unknown[]): void {
  if (typeof callback !== "function") require("internal/validators").validateFunction(callback, "callback");
  schedule(args.length === 0 ? callback : () => (callback as Function)(...args));
}
void reportException;
