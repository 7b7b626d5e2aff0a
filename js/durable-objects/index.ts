// Eager modules get at it through lazy.ts.
export { runSection } from "./concurrency.ts";
export { DurableObjectId } from "./id.ts";
export { callHandler, createInstance, deliverAlarm, deliverClose, deliverFailure, deliverMessage, forgetInstance, hasInstance, objectRoot } from "./instances.ts";
export { createNamespace, DurableObjectNamespace } from "./namespace.ts";
export { WebSocketRequestResponsePair } from "./request-response-pair.ts";
export { DurableObjectState } from "./state.ts";
