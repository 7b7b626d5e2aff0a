const { global } = internalBinding("layer");
const { DOMException, MessageChannel, structuredClone } = global;
export { DOMException, MessageChannel, structuredClone };
export const setDeserializerCreateFunction = (): void => {};
export const exposeLazyDOMExceptionProperty = (): void => {};
