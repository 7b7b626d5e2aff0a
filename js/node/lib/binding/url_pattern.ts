const { global } = internalBinding("layer");
const { URLPattern } = global;
export { URLPattern };
