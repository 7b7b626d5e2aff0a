import { defineLazyGlobals, lazy } from "../core/lazy.ts";

export const streams = lazy(() => import("./index.ts"));

export function install(): void {
  defineLazyGlobals(streams, [
    "ByteLengthQueuingStrategy",
    "CountQueuingStrategy",
    "FixedLengthStream",
    "IdentityTransformStream",
    "ReadableByteStreamController",
    "ReadableStream",
    "ReadableStreamBYOBReader",
    "ReadableStreamBYOBRequest",
    "ReadableStreamDefaultController",
    "ReadableStreamDefaultReader",
    "TextDecoderStream",
    "TextEncoderStream",
    "TransformStream",
    "TransformStreamDefaultController",
    "WritableStream",
    "WritableStreamDefaultController",
    "WritableStreamDefaultWriter",
  ]);
  defineLazyGlobals(lazy(() => import("./compression.ts")), ["CompressionStream", "DecompressionStream"]);
}
