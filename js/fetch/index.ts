import { defineGlobals } from "../core/define.ts";
import { defineLazyGlobals, lazy } from "../core/lazy.ts";
import { fetch } from "./fetch.ts";
import { Headers } from "./headers.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import "./ops.ts";

export { base64Bytes } from "./base64.ts";
export { bindingCarrier, type Carrier, fetch, responseFromAnswer, send, startUpgrade } from "./fetch.ts";
export { appendHeader, getHeader, type HeaderList } from "./header-list.ts";
export { Headers, HeadersPrototypeSet, headerListOf, headersFromList, isHeaders } from "./headers.ts";
export { abortRequest, requestEnded } from "./inbound-signals.ts";
export { BodyKind, type OutgoingBody, type SubrequestAnswer, type SubrequestOp } from "./ops.ts";
export { outgoingContent, outgoingResponse } from "./outgoing-body.ts";
export { Request, type RequestInit, isRequest, requestAbortSource, requestBody, requestCfText, requestFromHost, requestHeaderList, requestMethod, requestRedirect, requestUrl, Redirect } from "./request.ts";
export { respond } from "./respond.ts";
export { bodyArrayBuffer, bodyBlob, bodyBytes, bodyJson, bodyText } from "./body.ts";
export { BodyState, Source, bodyStream, extractBody, hostBodyState, isUsed, requireUsable } from "./body-state.ts";
export { Response, ResponseDetails, isResponse, responseBody, responseDetails, responseFromHost, responseHeaderList, responseStatus, responseStatusText } from "./response.ts";

export function install(): void {
  defineGlobals({ Headers, Request, Response });
  defineGlobals({ fetch }, true);
  defineLazyGlobals(lazy(() => import("./body-class.ts")), ["Body"]);
}
