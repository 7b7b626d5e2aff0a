export const isTraceCategoryEnabled = (): boolean => false;
export const trace = (): void => {};
export const traceBegin = trace;
export const traceEnd = trace;
