import { defineGlobals } from "../core/define.ts";
import { defineLazyGlobals, lazy } from "../core/lazy.ts";
import { fetch } from "./fetch.ts";
import { Headers } from "./headers.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import "./ops.ts";

export { base64Bytes } from "./base64.ts";
export { type Carrier, fetch, responseFromAnswer, send, startUpgrade } from "./fetch.ts";
export { getHeader, type HeaderList } from "./header-list.ts";
export { Headers, headersFromList } from "./headers.ts";
export { abortRequest, requestEnded } from "./inbound-signals.ts";
export type { OutgoingBody, SubrequestAnswer } from "./ops.ts";
export { outgoingResponse } from "./outgoing-body.ts";
export { Request, type RequestInit, isRequest, requestFromHost, requestHeaderList, requestMethod, requestRedirect, requestUrl } from "./request.ts";
export { respond } from "./respond.ts";
export { bodyStream } from "./body-state.ts";
export { Response, isResponse, responseBody, responseDetails, responseHeaderList, responseStatus } from "./response.ts";

export function install(): void {
  defineGlobals({ Headers, Request, Response });
  defineGlobals({ fetch }, true);
  defineLazyGlobals(lazy(() => import("./body-class.ts")), ["Body"]);
}
