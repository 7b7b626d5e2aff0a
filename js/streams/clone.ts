import { shareMemory, stateOf } from "./host.ts";
import { wrapReadable, type ReadableStream } from "./readable-stream.ts";
import { tee } from "./tee.ts";

/**
 * Two streams with the content of `stream`, as Request.clone() and Response.clone() need them. Chunks are never shared: the
 * second stream gets what `copy` makes of them.
 */
export function teeForClone(stream: ReadableStream, copy: (chunk: unknown) => unknown): [ReadableStream, ReadableStream] {
  const state = stateOf(stream);
  const shared = shareMemory(state);
  if (shared !== undefined) return shared;
  const branches = tee(state, copy);
  return [wrapReadable(branches.first), wrapReadable(branches.second)];
}
