export const getLibuvNow = (): number => internalBinding("layer").clockNow();
