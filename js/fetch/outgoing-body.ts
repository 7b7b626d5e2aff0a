// Handing a body to the host: as it is where the host can take it, through a sink where JavaScript makes the bytes.
import { ops } from "../core/ops.ts";
import { NumberPrototypeToString } from "../core/primordials.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import { type BodyState, Source, requireUsable } from "./body-state.ts";
import { type HeaderList, appendHeader } from "./header-list.ts";
import { BodyKind, type OutgoingBody } from "./ops.ts";
import { type Response, responseBody, responseHeaderList } from "./response.ts";

// What the last call of `prepareBody` found; read at once, so that no object is made per message.
export let outgoingKind: number = BodyKind.none;
export let outgoingBody: OutgoingBody = undefined;
let outgoingStream: ReadableStream | null = null;

/** Uses the body up. A stream that JavaScript feeds has to be pumped (`takeOutgoingStream`). */
export function prepareBody(body: BodyState | null): void {
  outgoingStream = null;
  if (body === null) {
    outgoingKind = BodyKind.none;
    outgoingBody = undefined;
    return;
  }
  requireUsable(body);
  switch (body.kind) {
    case Source.string:
      outgoingKind = BodyKind.string;
      outgoingBody = body.source as string;
      break;
    case Source.bytes:
      outgoingKind = BodyKind.bytes;
      outgoingBody = body.source as Uint8Array;
      break;
    case Source.host:
      outgoingKind = BodyKind.host;
      outgoingBody = body.id;
      break;
    default:
      prepareStream(body.source as ReadableStream);
  }
  body.used = true;
}

function prepareStream(stream: ReadableStream): void {
  const id = streams().takeHostBody(stream);
  if (id !== 0) {
    outgoingKind = BodyKind.host;
    outgoingBody = id;
    return;
  }
  const content = streams().takeContent(stream);
  if (content !== undefined) {
    outgoingKind = typeof content === "string" ? BodyKind.string : BodyKind.bytes;
    outgoingBody = content;
    return;
  }
  outgoingKind = BodyKind.sink;
  outgoingBody = ops.sink_open();
  outgoingStream = stream;
}

/** A response on its way to the host, other than as the answer to a request. */
export interface OutgoingResponse {
  readonly headers: HeaderList;
  readonly kind: number;
  readonly body: OutgoingBody;
  /** To be pumped into the sink that `body` then is. */
  readonly stream: ReadableStream | null;
}

/** Uses the response's body up. */
export function outgoingResponse(response: Response): OutgoingResponse {
  prepareBody(responseBody(response));
  const headers = outgoingHeaders(responseHeaderList(response)) ?? [];
  const stream = takeOutgoingStream();
  return { headers, kind: outgoingKind, body: outgoingBody, stream };
}

/** A body on its way to the host by itself. */
export interface OutgoingContent {
  readonly kind: number;
  readonly body: OutgoingBody;
  /** To be pumped into the sink that `body` then is. */
  readonly stream: ReadableStream | null;
}

/** Uses the body up. */
export function outgoingContent(body: BodyState): OutgoingContent {
  prepareBody(body);
  const stream = takeOutgoingStream();
  return { kind: outgoingKind, body: outgoingBody, stream };
}

/** The stream to pump into the sink, if any, once the host was given it. */
export function takeOutgoingStream(): ReadableStream | null {
  const stream = outgoingStream;
  outgoingStream = null;
  return stream;
}

/**
 * The headers as they go out: the host frames the message, so a Content-Length counts only where it is known to be
 * right, which is when a stream of a fixed length makes the body.
 */
export function outgoingHeaders(list: HeaderList | undefined): HeaderList | undefined {
  const length = outgoingStream === null ? -1 : streams().expectedLength(outgoingStream);
  if (list === undefined) return length === -1 ? undefined : ["content-length", NumberPrototypeToString(length)];
  let claimed = false;
  for (let i = 0; i < list.length && !claimed; i += 2) claimed = list[i] === "content-length";
  const keep = !claimed || outgoingKind === BodyKind.none || outgoingKind === BodyKind.host;
  if (keep && length === -1) return list;
  const result: HeaderList = [];
  for (let i = 0; i < list.length; i += 2) if (list[i] !== "content-length") appendHeader(result, list[i]!, list[i + 1]!);
  if (length !== -1) appendHeader(result, "content-length", NumberPrototypeToString(length));
  return result;
}
