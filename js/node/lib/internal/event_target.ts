const { global } = internalBinding("layer");
const { CustomEvent, Event, EventTarget } = global;
export { CustomEvent, Event, EventTarget };

export const kEvents = Symbol("kEvents");
export const kWeakHandler = Symbol("kWeakHandler");
export const kResistStopPropagation = Symbol("kResistStopPropagation");
export const kNewListener = Symbol("kNewListener");
export const kRemoveListener = Symbol("kRemoveListener");
export const kCreateEvent = Symbol("kCreateEvent");
export const kTrustEvent = Symbol("kTrustEvent");
export const isEventTarget = (value: unknown): boolean => value instanceof EventTarget;
export const isNodeEventTarget = (): boolean => false;
