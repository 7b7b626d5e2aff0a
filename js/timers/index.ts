import { defineGlobals } from "../core/define.ts";
import { queueMicrotask } from "./queue-microtask.ts";
import { Scheduler, scheduler } from "./scheduler.ts";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "./timers.ts";

export { wait } from "./scheduler.ts";
export { clearInterval, clearTimeout, setInterval, setTimeout } from "./timers.ts";

export function install(): void {
  defineGlobals({ Scheduler });
  defineGlobals({ clearInterval, clearTimeout, queueMicrotask, scheduler, setInterval, setTimeout }, true);
}
