// The host maps stack traces when it shows them.
export const getSourceMapsSupport = (): object => ({ enabled: false, nodeModules: false, generatedCode: false });
export const setSourceMapsSupport = (): void => {};
export const findSourceMap = (): undefined => undefined;
export const getSourceLine = (): undefined => undefined;
export const maybeCacheSourceMap = (): void => {};
