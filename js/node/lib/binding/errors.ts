const { reportException } = internalBinding("layer");

export const exitCodes = { kNoFailure: 0, kGenericUserError: 1 };
export const triggerUncaughtException = (error: unknown): void => reportException(error);
export const noSideEffectsToString = (value: unknown): string => String(value);
export const setEnhanceStackForFatalException = (): void => {};
export const getErrorSourcePositions = (): undefined => undefined;
