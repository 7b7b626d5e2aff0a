import { shareMemory, stateOf } from "./host.ts";
import { wrapReadable, type ReadableStream } from "./readable-stream.ts";
import { tee } from "./tee.ts";

/** Two streams with the content of `stream`, as Request.clone() and Response.clone() need them. Bytes are never shared. */
export function teeForClone(stream: ReadableStream): [ReadableStream, ReadableStream] {
  const state = stateOf(stream);
  const shared = shareMemory(state);
  if (shared !== undefined) return shared;
  const branches = tee(state);
  return [wrapReadable(branches.first), wrapReadable(branches.second)];
}
