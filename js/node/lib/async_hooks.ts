const { asyncHooks } = internalBinding("layer");
export default asyncHooks.default;
