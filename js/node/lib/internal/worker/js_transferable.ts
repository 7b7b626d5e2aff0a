// Objects of these modules cannot be cloned.
export const kClone = Symbol("kClone");
export const kDeserialize = Symbol("kDeserialize");
export const kTransfer = Symbol("kTransfer");
export const kTransferList = Symbol("kTransferList");
export const markTransferMode = (): void => {};
const { structuredClone } = internalBinding("layer").global;
export { structuredClone };
