// There is no command line: every option has its default.
const defaults: Record<string, unknown> = { "--stack-trace-limit": 10, "--pending-deprecation": false, "--icu-data-dir": "", "--unhandled-rejections": "throw" };

export const getOptionValue = (name: string): unknown => defaults[name];
export const getEmbedderOptions = (): object => ({});
export const getAllowUnauthorized = (): boolean => false;
export const refreshOptions = (): void => {};
