// Handing content to the host. It must know how long it is before it comes, as in Workers.
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, StringPrototypeStartsWith } from "../core/primordials.ts";
import { isBufferSource, isObject } from "../core/webidl.ts";
import type { Blob } from "../blob/index.ts";
import { blobs } from "../blob/lazy.ts";
import { BodyKind, type OutgoingBody, extractBody, outgoingContent } from "../fetch/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";

export type R2Value = ReadableStream | ArrayBuffer | ArrayBufferView | string | null | Blob;

type Send<T> = (length: number, kind: number, body: OutgoingBody) => Promise<T>;

/** Sends the content; `method` is what the host's refusals begin with. */
export function sendContent<T>(value: unknown, method: string, parameter: number, send: Send<T>): Promise<T> {
  if (value === null || value === undefined) return send(0, BodyKind.bytes, new Uint8Array(0));
  requireContent(value, method, parameter);
  let length = -1;
  if (streams.loaded()?.isReadableStream(value)) {
    length = streams().expectedLength(value);
    // Text that is in memory has a length that nobody has counted yet.
    if (length === -1 && streams().hostBodyOf(value) !== undefined) throw unknownLength();
  }
  const { kind, body, stream } = outgoingContent(extractBody(value));
  if (stream === null) return send(length, kind, body);
  if (length === -1) {
    ops.sink_abort(body as number, "");
    throw unknownLength();
  }
  let failure: { reason: unknown } | undefined;
  const sent = send(length, kind, body);
  PromisePrototypeThen(streams().pumpToHost(stream, body as number), undefined, (reason: unknown) => { failure = { reason }; });
  return PromisePrototypeThen(sent, undefined, (error: unknown) => {
    // When the host refuses, the stream fails for that; when the stream failed, its own reason is the better one.
    throw failure !== undefined && !isRefusal(error, method) ? failure.reason : error;
  }) as Promise<T>;
}

function requireContent(value: unknown, method: string, parameter: number): void {
  if (typeof value === "string" || isBufferSource(value)) return;
  if (isObject(value) && (streams.loaded()?.isReadableStream(value) || blobs.loaded()?.isBlob(value))) return;
  throw new TypeError(
    `Failed to execute '${method}' on '${method === "put" ? "R2Bucket" : "R2MultipartUpload"}': parameter ${parameter} is not of type 'ReadableStream or ArrayBuffer or ArrayBufferView or string or Blob'.`,
  );
}

function unknownLength(): TypeError {
  return new TypeError("Provided readable stream must have a known length (request/response body or readable half of FixedLengthStream)");
}

function isRefusal(error: unknown, method: string): boolean {
  return StringPrototypeStartsWith((error as Error).message, `${method}: `);
}
