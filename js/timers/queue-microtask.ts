import { FunctionPrototypeCall } from "../core/primordials.ts";
import { requireArguments, toCallback } from "../core/webidl.ts";
import { reportException } from "../events/index.ts";

export function queueMicrotask(callback: () => void): void {
  requireArguments(arguments.length, 1, "Failed to execute 'queueMicrotask'");
  toCallback(callback, "Failed to execute 'queueMicrotask'");
  void run(callback);
}

// `await` makes the microtask without a look at `Promise.prototype`, and carries the async context.
async function run(callback: () => void): Promise<void> {
  await undefined;
  try {
    FunctionPrototypeCall(callback, undefined);
  } catch (error) {
    reportException(error);
  }
}
