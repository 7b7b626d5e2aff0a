export const platform = "linux";
export const arch = "x64";
export const refreshHrtimeBuffer = (): void => {};
