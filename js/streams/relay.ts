import { ReadableStreamPrototypePipeThrough, type ReadableStream } from "./readable-stream.ts";
import { TransformStream } from "./transform-stream.ts";

/** A stream of the same chunks that uses `stream` up. */
export function relay(stream: ReadableStream): ReadableStream {
  return ReadableStreamPrototypePipeThrough(stream, new TransformStream()) as ReadableStream;
}
