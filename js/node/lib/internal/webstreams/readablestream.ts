// The platform's own, and the two of its abstract operations that Node.js' adapters use, by way of its public methods.
const { ReadableStream } = internalBinding("layer").global;
export { ReadableStream };
export const isReadableStream = (value: unknown): boolean => value instanceof ReadableStream;
export const isReadableStreamDefaultReader = (value: unknown): boolean => value instanceof internalBinding("layer").global.ReadableStreamDefaultReader;
export const kChunk = Symbol("kChunk");
export const kClose = Symbol("kClose");
export const kError = Symbol("kError");

export function readableStreamDefaultReaderRead(reader: any, request: any): void {
  reader.read().then(
    ({ done, value }: { done: boolean; value: unknown }) => (done ? request[kClose]() : request[kChunk](value)),
    (error: unknown) => request[kError](error),
  );
}

export const readableStreamCancel = (stream: any, reason: unknown): Promise<void> => stream.cancel(reason);
export const readableStreamTee = (stream: any): unknown => stream.tee();
