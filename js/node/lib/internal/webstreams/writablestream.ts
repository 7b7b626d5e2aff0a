const { WritableStream } = internalBinding("layer").global;
export { WritableStream };
export const isWritableStream = (value: unknown): boolean => value instanceof WritableStream;
export const isWritableStreamDefaultWriter = (value: unknown): boolean => value instanceof internalBinding("layer").global.WritableStreamDefaultWriter;
