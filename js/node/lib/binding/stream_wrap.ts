// Streams of sockets in C++: there are none.
export class WriteWrap {}
export class ShutdownWrap {}
export const [kReadBytesOrError, kArrayBufferOffset, kBytesWritten, kLastWriteWasAsync] = [0, 1, 2, 3];
export const streamBaseState = new Int32Array(5);
