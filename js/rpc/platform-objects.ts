// Objects of the platform in messages: each is described by plain values, and made anew from them.
import { ArrayPrototypeSlice, JSONParse, JSONStringify } from "../core/primordials.ts";
import { blobs } from "../blob/lazy.ts";
import { createDOMException, type DOMException, exceptionMessage, exceptionName } from "../events/index.ts";
import {
  type BodyState, type HeaderList, type Headers, type RequestInit, BodyState as Body, Request, type Response, ResponseDetails, Source,
  headerListOf, headersFromList, hostBodyState, requestBody, requestCfText, requestHeaderList, requestMethod, requestRedirect, requestUrl,
  requireUsable, responseBody, responseDetails, responseFromHost, responseHeaderList, responseStatus, responseStatusText,
} from "../fetch/index.ts";
import { streams } from "../streams/lazy.ts";
import { AttachmentKind, type ReceivedAttachments } from "./attachments.ts";
import type { Blob, File } from "../blob/index.ts";
import type { Writer } from "./serialize.ts";

const redirects = ["follow", "error", "manual"] as const;

export function describeException(exception: DOMException): unknown[] {
  return ["exception", exceptionName(exception), exceptionMessage(exception)];
}

export function describeHeaders(headers: Headers): unknown[] {
  return ["headers", ArrayPrototypeSlice(headerListOf(headers))];
}

export function describeBlob(blob: Blob): unknown[] {
  const of = blobs();
  return of.isFile(blob) ? ["file", of.blobBytes(blob), of.blobType(blob), of.fileName(blob), of.fileLastModified(blob)] : ["blob", of.blobBytes(blob), of.blobType(blob)];
}

function describeBody(writer: Writer, body: BodyState | null): unknown {
  if (body === null) return null;
  requireUsable(body);
  let description: unknown[];
  switch (body.kind) {
    case Source.string: case Source.bytes:
      description = ["content", body.source];
      break;
    case Source.host:
      description = ["stream", writer.attachments.add(AttachmentKind.readable, body.id)];
      break;
    default:
      description = ["stream", writer.readable(body.source as never)];
  }
  body.used = true;
  return description;
}

export function describeRequest(writer: Writer, request: Request): unknown[] {
  const cf = requestCfText(request);
  return ["request", requestUrl(request), requestMethod(request), ArrayPrototypeSlice(requestHeaderList(request)), requestRedirect(request), cf, describeBody(writer, requestBody(request))];
}

export function describeResponse(writer: Writer, response: Response): unknown[] {
  const details = responseDetails(response);
  if (details !== null && details.webSocket !== null) throw createDOMException("DataCloneError", "A Response with a WebSocket cannot be sent over RPC. Use fetch().");
  const cf = details === null || details.cf === undefined ? null : JSONStringify(details.cf) ?? null;
  return [
    "response", responseStatus(response), responseStatusText(response), ArrayPrototypeSlice(responseHeaderList(response) ?? []), cf, details?.encodeBody ?? "automatic",
    describeBody(writer, responseBody(response)),
  ];
}

function reviveBody(description: unknown, attachments: ReceivedAttachments): BodyState | null {
  if (description === null) return null;
  const [kind, content] = [(description as unknown[])[0], (description as unknown[])[1]];
  if (kind === "stream") return hostBodyState(attachments.idOf(content as number), attachments.lengthOf(content as number));
  return new Body(typeof content === "string" ? Source.string : Source.bytes, content as string);
}

type Reviver = (description: unknown[], attachments: ReceivedAttachments) => object;

/** By the description's first item. */
export const revivers: Record<string, Reviver> = {
  __proto__: null as never,
  exception: (from) => createDOMException(from[1] as string, from[2] as string),
  headers: (from) => headersFromList(from[1] as HeaderList, false),
  blob: (from) => blobs().blobFromBytes(from[1] as never, from[2] as string),
  file: (from) => blobs().createFile(from[1] as never, from[3] as string, from[2] as string, from[4] as number) as File,
  readable: (from, attachments) => streams().readableFromHost(attachments.idOf(from[1] as number), attachments.lengthOf(from[1] as number)),
  writable: (from, attachments) => streams().writableToHost(attachments.idOf(from[1] as number)),
  request: (from, attachments) => {
    const body = reviveBody(from[6], attachments);
    return new Request(from[1], {
      __proto__: null,
      method: from[2],
      headers: headersFromList(from[3] as HeaderList, false),
      redirect: redirects[from[4] as number],
      cf: from[5] === null ? undefined : JSONParse(from[5] as string),
      body: body === null ? null : body.kind === Source.host ? streams().readableFromHost(body.id, body.length) : body.source,
    } as RequestInit);
  },
  response: (from, attachments) => {
    const details = new ResponseDetails();
    if (from[4] !== null) details.cf = JSONParse(from[4] as string);
    details.encodeBody = from[5] as "automatic" | "manual";
    return responseFromHost(from[1] as number, from[2] as string, from[3] as HeaderList, reviveBody(from[6], attachments), details);
  },
};
