const { WritableStream } = internalBinding("layer").global;
export { WritableStream };
export const isWritableStream = (value: unknown): boolean => value instanceof WritableStream;
/** Writes a chunk; `request` counts the writes under way and hears how each ends. */
export function writableStreamDefaultWriterWriteWithRequest(writer: any, chunk: unknown, request: { pending: number; resolve(): void; reject(error: unknown): void }): void {
  request.pending++;
  writer.write(chunk).then(() => request.resolve(), (error: unknown) => request.reject(error));
}

export const isWritableStreamDefaultWriter = (value: unknown): boolean => value instanceof internalBinding("layer").global.WritableStreamDefaultWriter;
