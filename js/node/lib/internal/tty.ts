/** Output goes to a log: it has no colours. */
export const getColorDepth = (): number => 1;
export const hasColors = (): boolean => false;
