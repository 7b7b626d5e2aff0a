const { TextDecoder, TextEncoder } = internalBinding("layer").global;
export { TextDecoder, TextEncoder };
