// Eager modules get at it through lazy.ts.
export { FixedLengthStream, IdentityTransformStream } from "./identity.ts";
export { ReadableByteStreamController, ReadableStreamBYOBRequest } from "./readable-byte-controller.ts";
export { ReadableStreamDefaultController } from "./readable-default-controller.ts";
export { ReadableStreamBYOBReader, ReadableStreamDefaultReader } from "./readable-readers.ts";
export { ReadableStream } from "./readable-stream.ts";
export { ByteLengthQueuingStrategy, CountQueuingStrategy } from "./strategies.ts";
export { TextDecoderStream, TextEncoderStream } from "./text-streams.ts";
export { TransformStream, TransformStreamDefaultController } from "./transform-stream.ts";
export { WritableStreamDefaultController } from "./writable-controller.ts";
export { WritableStream } from "./writable-stream.ts";
export { WritableStreamDefaultWriter } from "./writable-writer.ts";
export { teeForClone } from "./clone.ts";
export { Drain } from "./drain.ts";
export {
  HostBytes,
  cancelReadable,
  createByteStream,
  endBytes,
  errorReadable,
  expectedLength,
  hostBodyOf,
  isDisturbed,
  isLocked,
  isReadableStream,
  readableFromBytes,
  readableFromHost,
  readerOf,
  seize,
  stateOf,
  takeContent,
  takeHostBody,
} from "./host.ts";
export { markHandled, type Done } from "./promises.ts";
export { pumpFromHost, writableToHost } from "./host-writable.ts";
export { pumpToHost } from "./pump.ts";
export { readAllBytes, readAllText } from "./read-all.ts";
export type { ByteControllerState } from "./readable-byte-state.ts";
export type { Source } from "./underlying.ts";
export { relay } from "./relay.ts";
export type { Sink } from "./writable-state.ts";
export { closeWritable, createWritable, errorWritable, isWritableLocked, isWritableStream } from "./writable-stream.ts";
