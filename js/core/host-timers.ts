// Timers of the host, below everything that waits: `setTimeout`, `AbortSignal.timeout`, message ports.
import { runInAsyncContext, getAsyncContext } from "./async-context.ts";
import { ops } from "./ops.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "./primordials.ts";

declare module "./ops.ts" {
  interface Ops {
    /** Calls the host's `fireTimer` with `id` once, after the delay. */
    timer_start(id: number, milliseconds: number): void;
    timer_cancel(id: number): void;
  }
}

interface HostTimer { callback: () => void; context: unknown; dropped: (() => void) | undefined }

const waiting: Map<number, HostTimer> = new Map();
const noArguments: [] = [];
let lastId = 0;

/**
 * Runs `callback` as a task of its own after `milliseconds`, in today's async context; the result cancels it.
 * `dropped` hears instead that the event which started the timer is over.
 */
export function startHostTimer(milliseconds: number, callback: () => void, dropped?: () => void): number {
  const id = ++lastId;
  ops.timer_start(id, milliseconds);
  MapPrototypeSet(waiting, id, { callback, context: getAsyncContext(), dropped });
  return id;
}

export function cancelHostTimer(id: number): void {
  if (MapPrototypeDelete(waiting, id)) ops.timer_cancel(id);
}

/** The host's entry: the timer `id` is due. One that was cancelled meanwhile is not there any more. */
export function fireTimer(id: number): void {
  const timer = MapPrototypeGet(waiting, id);
  if (timer === undefined) return;
  MapPrototypeDelete(waiting, id);
  runInAsyncContext(timer.context, timer.callback, undefined, noArguments);
}

/** The host's entry: the event that started the timer `id` is over, and the timer with it. */
export function dropTimer(id: number): void {
  const timer = MapPrototypeGet(waiting, id);
  if (timer === undefined) return;
  MapPrototypeDelete(waiting, id);
  timer.dropped?.();
}
