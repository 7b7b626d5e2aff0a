// What the library takes from the layer: captured here, so that it is the layer's own whatever a worker assigns to the globals.
import { flagEnabled } from "../core/compatibility.ts";
import { currentFrame } from "../core/async-frame.ts";
import { getAsyncContext, runInAsyncContext } from "../core/async-context.ts";
import { clockNow } from "../core/clock.ts";
import { startHostTimer, cancelHostTimer } from "../core/host-timers.ts";
import { ops } from "../core/ops.ts";
import { createDOMException, reportException } from "../events/index.ts";
import { builtinModule, env, workerConfiguration } from "../worker/index.ts";
import { asyncHooksModule } from "./async-hooks.ts";
import { availableModules, builtin } from "./index.ts";

function missingSockets(): never {
  throw new Error("This runtime has no cloudflare:sockets.");
}

let binding: Record<string, unknown> | undefined;

export function layerBinding(): Record<string, unknown> {
  return binding ??= {
    __proto__: null,
    ops,
    global: globalThis,
    console: (globalThis as unknown as { console: unknown }).console,
    asyncHooks: asyncHooksModule(),
    currentFrame,
    getAsyncContext,
    runInAsyncContext,
    clockNow,
    startHostTimer,
    cancelHostTimer,
    createDOMException,
    reportException,
    flagEnabled,
    env,
    workerConfiguration,
    moduleNames: availableModules,
    builtin,
    socketsModule: () => builtinModule("cloudflare:sockets") ?? missingSockets(),
  } as unknown as Record<string, unknown>;
}
