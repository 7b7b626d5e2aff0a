export const now = (): number => internalBinding("layer").clockNow();
