// `scheduler.wait` of Workers: setTimeout as a promise.
import { defineInterface } from "../core/define.ts";
import { cancelHostTimer, startHostTimer } from "../core/host-timers.ts";
import { PromiseReject, PromiseWithResolvers } from "../core/primordials.ts";
import { requireArguments, toDictionary, toLong } from "../core/webidl.ts";
import { abortReason, addAbortAlgorithm, isAborted, isAbortSignal, removeAbortAlgorithm, type AbortSignal } from "../events/index.ts";

const token = { __proto__: null };

export class Scheduler {
  constructor(key?: unknown) {
    if (key !== token) throw new TypeError("Illegal constructor");
  }

  wait(delay: unknown, options?: { signal?: AbortSignal }): Promise<void> {
    try {
      requireArguments(arguments.length, 1, "Failed to execute 'wait' on 'Scheduler'");
      const milliseconds = toLong(delay);
      const signal = toDictionary(options, "Failed to execute 'wait' on 'Scheduler'").signal;
      if (signal !== undefined && !isAbortSignal(signal)) {
        throw new TypeError("Failed to execute 'wait' on 'Scheduler': member signal is not of type 'AbortSignal'.");
      }
      return wait(milliseconds > 0 ? milliseconds : 0, signal);
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("Scheduler", Scheduler);

export const scheduler = new Scheduler(token);

/** Resolves after the delay; rejects with the signal's reason when it aborts before. */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal !== undefined && isAborted(signal)) return PromiseReject(abortReason(signal));
  const { promise, resolve, reject } = PromiseWithResolvers<void>();
  const abort = (reason: unknown): void => {
    cancelHostTimer(timer);
    reject(reason);
  };
  const timer = startHostTimer(milliseconds, () => {
    if (signal !== undefined) removeAbortAlgorithm(signal, abort);
    resolve();
  });
  if (signal !== undefined) addAbortAlgorithm(signal, abort);
  return promise;
}
