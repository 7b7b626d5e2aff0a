import { defineGlobals } from "../core/define.ts";
import { lazy, defineLazyGlobals } from "../core/lazy.ts";
import { abortRequest, requestEnded } from "../fetch/index.ts";
import { dropTimer, fireTimer } from "../core/host-timers.ts";
import { builtinModule, registerBuiltinModule } from "./builtin-modules.ts";
import { dispatchEmail, dispatchFetch, dispatchQueue, dispatchScheduled, ScheduledController } from "./dispatch.ts";
import { dispatchWorkflow } from "./dispatch-workflow.ts";
import { createObject, fetchObject } from "./dispatch-objects.ts";
import { dispatchRpc } from "./dispatch-rpc.ts";
import { RpcTarget } from "../rpc/rpc-target.ts";
import { durableObjects } from "../durable-objects/lazy.ts";
import { rpc } from "../rpc/lazy.ts";
import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "./entrypoint-classes.ts";
import { instantiate } from "./entrypoints.ts";
import { setup } from "./environment.ts";
import { ExecutionContext } from "./execution-context.ts";
import { installGlobalScope } from "./global-scope.ts";
import { runCommonJs } from "./common-js.ts";
import { createError, describeThrown, unhandledRejection } from "./host-errors.ts";
import { ExtendableEvent, FetchEvent, ScheduledEvent } from "./service-worker-events.ts";
import { sendBeacon } from "./beacon.ts";
import { waitUntilCurrent } from "./wait-until.ts";
import { setBeaconSender } from "../performance/beacon-sender.ts";
export { warmUp } from "./warm-up.ts";
import { workflows } from "../workflows/lazy.ts";
import { webSockets } from "../websockets/lazy.ts";
import "./ops.ts";

export { registerBinding } from "./bindings.ts";
export { builtinModule, registerBuiltinModule } from "./builtin-modules.ts";
export { env, onSetup, workerConfiguration } from "./environment.ts";

const importable = lazy(() => import("./importable.ts"));
const tracing = lazy(() => import("./tracing.ts"));
const tailing = lazy(() => import("./dispatch-tail.ts"));
const email = lazy(() => import("../email/email-message.ts"));

export function install(): void {
  installGlobalScope();
  setBeaconSender(sendBeacon);
  defineLazyGlobals(lazy(() => import("./cloudflare.ts")), ["Cloudflare"], true);
  defineLazyGlobals(lazy(() => import("./tail-event.ts")), ["TailEvent", "TraceEvent"]);
  defineLazyGlobals(lazy(() => import("./email-events.ts")), ["EmailEvent"]);
  defineGlobals({ ExecutionContext, ExtendableEvent, FetchEvent, ScheduledController, ScheduledEvent });
  registerBuiltinModule("cloudflare:workers", () => ({
    __proto__: null,
    DurableObject,
    RpcPromise: rpc().RpcPromise,
    RpcProperty: rpc().RpcProperty,
    RpcStub: rpc().RpcStub,
    RpcTarget,
    ServiceStub: rpc().Fetcher,
    WorkerEntrypoint,
    WorkflowEntrypoint,
    env: importable().env,
    exports: importable().exports,
    tracing: tracing().tracing,
    waitUntil: waitUntilCurrent,
    withEnv: importable().withEnv,
    withEnvAndExports: importable().withEnvAndExports,
    withExports: importable().withExports,
  }) as unknown as Record<string, unknown>);
  registerBuiltinModule("cloudflare:email", () => ({ __proto__: null, EmailMessage: email().EmailMessage }) as unknown as Record<string, unknown>);
  registerBuiltinModule("cloudflare:workflows", () => ({ __proto__: null, NonRetryableError: workflows().NonRetryableError }) as unknown as Record<string, unknown>);
}

/** What the engine takes from the bundle: the functions that C# calls. */
export const host = {
  __proto__: null,
  setup,
  instantiate,
  fetch: dispatchFetch,
  scheduled: dispatchScheduled,
  fireTimer,
  abortRequest,
  requestEnded,
  createError,
  unhandledRejection,
  builtinModule,
  runCommonJs,
  dropTimer,
  webSocketMessage: (id: number, data: string | ArrayBuffer) => webSockets().webSocketMessage(id, data),
  webSocketClosed: (id: number, code: number, reason: string) => webSockets().webSocketClosed(id, code, reason),
  webSocketLost: (id: number, failure: string | undefined) => webSockets().webSocketLost(id, failure),
  webSocketDeliver: (end: number) => webSockets().webSocketDeliver(end),
  rpcCall: dispatchRpc,
  rpcRelease: (id: number, target: number) => rpc().releaseExport(id, target),
  rpcEnded: (id: number) => rpc().forgetSession(id),
  rpcBroken: (stub: number, error: string | undefined) => rpc().stubBroken(stub, error),
  describeThrown,
  workflow: dispatchWorkflow,
  queue: dispatchQueue,
  email: dispatchEmail,
  tail: (id: number, json: string, entrypoint: string | undefined, props: string | Uint8Array | undefined) => tailing().dispatchTail(id, json, entrypoint, props),
  objectCreate: createObject,
  objectFetch: fetchObject,
  objectAlarm: (object: number, id: number, scheduledTime: number, retryCount: number) => durableObjects().deliverAlarm(object, id, scheduledTime, retryCount),
  objectSocketMessage: (object: number, id: number, socket: number, data: string | ArrayBuffer) => durableObjects().deliverMessage(object, id, socket, data),
  objectSocketClosed: (object: number, id: number, socket: number, code: number, reason: string, wasClean: boolean) =>
    durableObjects().deliverClose(object, id, socket, code, reason, wasClean),
  objectSocketFailed: (object: number, id: number, socket: number, error: string) => durableObjects().deliverFailure(object, id, socket, error),
  objectSection: (object: number, section: number) => durableObjects().runSection(object, section),
  objectEnded: (object: number) => durableObjects().forgetInstance(object),
  rpcForget: (id: number, call: number) => rpc().forgetResult(id, call),
};
