export const kResolvedPromise = Promise.resolve();
export const kState = Symbol("kState");
export const kType = Symbol("kType");
export const customInspect = (): string => "";
