import { ops } from "../core/ops.ts";
import { streams } from "../streams/lazy.ts";
import { BodyKind } from "./ops.ts";
import { outgoingBody, outgoingHeaders, outgoingKind, prepareBody, takeOutgoingStream } from "./outgoing-body.ts";
import { type Response, responseBody, responseDetails, responseHeaderList, responseStatus, responseStatusText } from "./response.ts";
import { webSockets } from "../websockets/lazy.ts";

/**
 * Answers an inbound request. Returns the promise of the body's end when JavaScript produces the body, else undefined.
 */
export function respond(id: number, response: Response): Promise<void> | undefined {
  const status = responseStatus(response);
  const text = responseStatusText(response);
  const statusText = text === "" ? undefined : text;
  const details = responseDetails(response);
  const socket = details?.webSocket ?? null;
  if (socket !== null) {
    webSockets().respondWithWebSocket(id, socket, statusText, responseHeaderList(response));
    return undefined;
  }
  const body = responseBody(response);
  if (body === null) {
    ops.respond(id, status, statusText, responseHeaderList(response), BodyKind.none, undefined, false);
    return undefined;
  }
  prepareBody(body);
  const headers = outgoingHeaders(responseHeaderList(response));
  const stream = takeOutgoingStream();
  const sink = outgoingBody;
  ops.respond(id, status, statusText, headers, outgoingKind, sink, details !== null && details.encodeBody === "manual");
  return stream === null ? undefined : streams().pumpToHost(stream, sink as number);
}
