export const tryGetCwd = (): string => "/bundle";
