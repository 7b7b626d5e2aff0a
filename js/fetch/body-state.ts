// A message's body stays what it was made from until somebody needs something else: most bodies are a string that
// goes to the host as it is, or a host body that never enters JavaScript.
import { blobs } from "../blob/lazy.ts";
import { copyBytes } from "../core/bytes.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { StringPrototypeToWellFormed, uncurryThis } from "../core/primordials.ts";
import { isBufferSource, isObject, toDOMString } from "../core/webidl.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import { cloning } from "../structured-clone/lazy.ts";
import { URLSearchParams, isURLSearchParams } from "../url/index.ts";

export const Source = { string: 0, bytes: 1, host: 2, stream: 3, spent: 4 } as const;
export type SourceKind = (typeof Source)[keyof typeof Source];

const multipart = lazy(() => import("./multipart.ts"));
const URLSearchParamsPrototypeToString = uncurryThis(URLSearchParams.prototype.toString);

/** How an abort after the answer's headers reaches its body: the host knows only that the transfer was stopped. */
export class BodyAbort {
  aborted = false;
  reason: unknown = undefined;
  /** The stream to fail, once there is one. */
  stream: ReadableStream | null = null;
}

export class BodyState {
  kind: SourceKind;
  /** The string, the bytes or the stream. */
  source: string | Uint8Array<ArrayBuffer> | ReadableStream | null;
  /** The host body's id. */
  id = 0;
  /** Length in bytes of a host body, -1 when unknown. */
  length = -1;
  /** The content type that this kind of body implies. */
  type: string | null = null;
  /** Read, given away or sent. A stream knows for itself when it was read. */
  used = false;
  /** The bytes belong to somebody else too: consumers get a copy. */
  shared = false;
  /** For the answer to a fetch with a signal. */
  abort: BodyAbort | null = null;

  constructor(kind: SourceKind, source: string | Uint8Array<ArrayBuffer> | ReadableStream | null) {
    this.kind = kind;
    this.source = source;
  }
}

export function hostBodyState(id: number, length: number): BodyState {
  const body = new BodyState(Source.host, null);
  body.id = id;
  body.length = length;
  return body;
}

/** "Extract a body" (https://fetch.spec.whatwg.org/#concept-bodyinit-extract) of anything but null. */
export function extractBody(init: unknown): BodyState {
  if (isObject(init)) {
    const stream = streams.loaded();
    if (stream?.isReadableStream(init)) {
      if (stream.isDisturbed(init)) throw new TypeError(usedMessage);
      if (stream.isLocked(init)) throw new TypeError(lockedMessage);
      return new BodyState(Source.stream, init);
    }
    if (isBufferSource(init)) return new BodyState(Source.bytes, copyBytes(init));
    const blob = blobs.loaded();
    if (blob?.isBlob(init)) {
      const body = new BodyState(Source.bytes, blob.blobBytes(init));
      body.shared = true;
      const type = blob.blobType(init);
      if (type !== "") body.type = type;
      return body;
    }
    if (isURLSearchParams(init)) {
      const body = new BodyState(Source.string, URLSearchParamsPrototypeToString(init));
      body.type = "application/x-www-form-urlencoded;charset=UTF-8";
      return body;
    }
    if (blob?.isFormData(init)) {
      const { bytes, type } = multipart().serializeMultipart(init);
      const body = new BodyState(Source.bytes, bytes);
      body.type = type;
      return body;
    }
  }
  const body = new BodyState(Source.string, StringPrototypeToWellFormed(toDOMString(init)));
  body.type = "text/plain;charset=UTF-8";
  return body;
}

export const usedMessage = "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.";
export const lockedMessage = "This ReadableStream is currently locked to a reader.";

export function isUsed(body: BodyState): boolean {
  return body.used || (body.kind === Source.stream && streams().isDisturbed(body.source as ReadableStream));
}

/** Throws unless the body can still be read from its start. */
export function requireUsable(body: BodyState): void {
  if (isUsed(body)) throw new TypeError(usedMessage);
  if (body.kind === Source.stream && streams().isLocked(body.source as ReadableStream)) throw new TypeError(lockedMessage);
}

/** The body as a stream, as `message.body` shows it: always the same one. */
export function bodyStream(body: BodyState): ReadableStream {
  let stream: ReadableStream;
  switch (body.kind) {
    case Source.stream:
      return body.source as ReadableStream;
    case Source.host:
      stream = body.used ? spentStream() : hostStream(body);
      break;
    case Source.string:
      stream = body.used ? spentStream() : streams().readableFromBytes(body.source as string);
      break;
    case Source.bytes:
      stream = body.used ? spentStream() : streams().readableFromBytes(ownBytes(body));
      break;
    default:
      stream = spentStream();
  }
  body.kind = Source.stream;
  body.source = stream;
  return stream;
}

function hostStream(body: BodyState): ReadableStream {
  const stream = streams().readableFromHost(body.id, body.length);
  const abort = body.abort;
  if (abort !== null) {
    abort.stream = stream;
    if (abort.aborted) streams().errorReadable(stream, abort.reason);
  }
  return stream;
}

// What `message.body` shows after the body was read without ever having been a stream.
function spentStream(): ReadableStream {
  const stream = streams().readableFromBytes(new Uint8Array(0));
  void streams().readAllBytes(stream);
  return stream;
}

/** Bytes that the caller may keep or hand out. */
export function ownBytes(body: BodyState): Uint8Array<ArrayBuffer> {
  const bytes = body.source as Uint8Array<ArrayBuffer>;
  return body.shared ? copyBytes(bytes) : bytes;
}

/** A second body with the same content. */
export function cloneBody(body: BodyState): BodyState {
  requireUsable(body);
  let copy: BodyState;
  if (body.kind === Source.string || body.kind === Source.bytes) {
    body.shared = true;
    copy = new BodyState(body.kind, body.source);
    copy.shared = true;
  } else {
    const branches = streams().teeForClone(bodyStream(body), (chunk) => cloning().structuredClone(chunk));
    body.source = branches[0]!;
    copy = new BodyState(Source.stream, branches[1]!);
  }
  copy.type = body.type;
  copy.abort = body.abort;
  return copy;
}

/** The same body in a new owner; the old one is used up, and so is its stream where it has one. */
export function moveBody(body: BodyState): BodyState {
  requireUsable(body);
  const moved = new BodyState(body.kind, body.source);
  moved.id = body.id;
  moved.length = body.length;
  moved.type = body.type;
  moved.shared = body.shared;
  moved.abort = body.abort;
  body.used = true;
  if (body.kind !== Source.stream) {
    body.kind = Source.spent;
    body.source = null;
    return moved;
  }
  const stream = body.source as ReadableStream;
  moved.id = streams().takeHostBody(stream);
  if (moved.id !== 0) {
    moved.kind = Source.host;
    moved.source = null;
  } else {
    moved.source = streams().relay(stream);
  }
  return moved;
}

/** Nobody will read the body. */
export function cancelBody(body: BodyState, reason: unknown): void {
  if (body.kind === Source.stream) streams().cancelReadable(body.source as ReadableStream, reason);
  else if (body.kind === Source.host && !body.used) ops.body_cancel(body.id);
  body.used = true;
}
