const { global } = internalBinding("layer");
const { Blob } = global;
export { Blob };
export const isBlob = (value: unknown): boolean => value instanceof Blob;
export const resolveObjectURL = (): undefined => undefined;
export const createObjectURL = (): never => { throw notImplemented("URL.createObjectURL"); };
export const revokeObjectURL = (): never => { throw notImplemented("URL.revokeObjectURL"); };
export const createBlobFromFilePath = (): never => { throw notImplemented("openAsBlob"); };
const notImplemented = (what: string): Error => new (require("internal/errors").codes.ERR_METHOD_NOT_IMPLEMENTED)(what);
