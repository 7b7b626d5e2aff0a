import { defineGlobals } from "../core/define.ts";
import { CompressionStream, DecompressionStream } from "./compression.ts";
import { FixedLengthStream, IdentityTransformStream } from "./identity.ts";
import { ReadableByteStreamController, ReadableStreamBYOBRequest } from "./readable-byte-controller.ts";
import { ReadableStreamDefaultController } from "./readable-default-controller.ts";
import { ReadableStreamBYOBReader, ReadableStreamDefaultReader } from "./readable-readers.ts";
import { ReadableStream } from "./readable-stream.ts";
import { ByteLengthQueuingStrategy, CountQueuingStrategy } from "./strategies.ts";
import { TextDecoderStream, TextEncoderStream } from "./text-streams.ts";
import { TransformStream, TransformStreamDefaultController } from "./transform-stream.ts";
import { WritableStreamDefaultController } from "./writable-controller.ts";
import { WritableStream } from "./writable-stream.ts";
import { WritableStreamDefaultWriter } from "./writable-writer.ts";

export { teeForClone } from "./clone.ts";
export {
  cancelReadable,
  createByteStream,
  errorReadable,
  expectedLength,
  hostBodyOf,
  isDisturbed,
  isLocked,
  isReadableStream,
  readableFromBytes,
  readableFromHost,
  takeBytes,
  takeHostBody,
} from "./host.ts";
export { pumpToHost } from "./pump.ts";
export { readAllBytes, readAllText } from "./read-all.ts";
export type { ByteControllerState } from "./readable-byte-state.ts";
export { ReadableStream } from "./readable-stream.ts";
export { TransformStream } from "./transform-stream.ts";
export type { Source } from "./underlying.ts";
export { WritableStream } from "./writable-stream.ts";

export function install(): void {
  defineGlobals({
    ByteLengthQueuingStrategy,
    CompressionStream,
    CountQueuingStrategy,
    DecompressionStream,
    FixedLengthStream,
    IdentityTransformStream,
    ReadableByteStreamController,
    ReadableStream,
    ReadableStreamBYOBReader,
    ReadableStreamBYOBRequest,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    TextDecoderStream,
    TextEncoderStream,
    TransformStream,
    TransformStreamDefaultController,
    WritableStream,
    WritableStreamDefaultController,
    WritableStreamDefaultWriter,
  });
}
