const { ByteLengthQueuingStrategy, CountQueuingStrategy } = internalBinding("layer").global;
export { ByteLengthQueuingStrategy, CountQueuingStrategy };
