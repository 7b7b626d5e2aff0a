// Eager modules get at it through lazy.ts.
export { runSection } from "./concurrency.ts";
export { createId, DurableObjectId } from "./id.ts";
export { callHandler, createInstance, deliverAlarm, deliverClose, deliverFailure, deliverMessage, forgetInstance, hasInstance, objectRoot, ownId } from "./instances.ts";
export { createLoopbackNamespace, createNamespace, DurableObjectNamespace } from "./namespace.ts";
export { createClass, createLoopbackClass, DurableObjectClass } from "./object-class.ts";
export { WebSocketRequestResponsePair } from "./request-response-pair.ts";
export { DurableObjectState } from "./state.ts";
