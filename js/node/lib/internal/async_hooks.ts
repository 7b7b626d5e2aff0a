// The hooks of Node.js' event loop: there is none to hook into.
export const symbols = new Proxy(Object.create(null), { get: (known, name: string) => known[name] ??= Symbol(name) });
const nothing = (): void => {};
export const enabledHooksExist = (): boolean => false;
export const executionAsyncId = (): number => 0;
export const getDefaultTriggerAsyncId = (): number => 0;
export const getOrSetAsyncId = (): number => 0;
export const newAsyncId = (): number => 0;
export const defaultTriggerAsyncIdScope = (_id: unknown, block: Function, ...args: unknown[]): unknown => block(...args);
export { nothing as emitInit, nothing as emitBefore, nothing as emitAfter, nothing as emitDestroy, nothing as clearAsyncIdStack };
