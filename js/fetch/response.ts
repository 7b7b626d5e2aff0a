import type { Blob, FormData } from "../blob/index.ts";
import { defineInterface } from "../core/define.ts";
import { JSONStringify, PromiseReject, StringPrototypeCharCodeAt } from "../core/primordials.ts";
import { isObject, requireArguments, toDOMString, toUSVString, toUnsignedShort } from "../core/webidl.ts";
import type { ReadableStream } from "../streams/index.ts";
import { bodyArrayBuffer, bodyBlob, bodyBytes, bodyFormData, bodyJson, bodyText } from "./body.ts";
import { BodyState, Source, bodyStream, cloneBody, extractBody, isUsed } from "./body-state.ts";
import { type HeaderList, appendHeader, getHeader, hasHeader } from "./header-list.ts";
import { type Headers, type HeadersInit, cloneHeaders, headerListFrom, headerListOf, headersFromList } from "./headers.ts";
import { parseHttpUrl } from "./http-url.ts";
import { webSockets } from "../websockets/lazy.ts";

export interface ResponseInit {
  cf?: unknown;
  encodeBody?: string;
  headers?: HeadersInit;
  status?: number;
  statusText?: string;
  webSocket?: unknown;
}

export type ResponseType = "basic" | "default" | "error";

/** What only some responses have. */
export class ResponseDetails {
  url = "";
  redirected = false;
  type: ResponseType = "default";
  cf: unknown = undefined;
  webSocket: unknown = null;
  encodeBody: "automatic" | "manual" = "automatic";
}

const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));

export let isResponse: (value: unknown) => value is Response;
/** A response as the host described it. */
export let responseFromHost: (status: number, statusText: string, headers: HeaderList, body: BodyState | null, details: ResponseDetails) => Response;
export let responseStatus: (response: Response) => number;
export let responseStatusText: (response: Response) => string;
export let responseBody: (response: Response) => BodyState | null;
export let setResponseBody: (response: Response, body: BodyState) => void;
export let responseDetails: (response: Response) => ResponseDetails | null;
/** The response's headers without making a Headers object. Callers do not change the list. */
export let responseHeaderList: (response: Response) => HeaderList | undefined;
let responseFromJson: (text: string, init: ResponseInit | Response | undefined) => Response;

// Almost every response has one of these as its only header.
const textHeaders: HeaderList = ["content-type", "text/plain;charset=UTF-8"];
const jsonHeaders: HeaderList = ["content-type", "application/json"];

function impliedHeaders(type: string): HeaderList {
  return type === textHeaders[1] ? textHeaders : type === jsonHeaders[1] ? jsonHeaders : ["content-type", type];
}

/** https://fetch.spec.whatwg.org/#response-class */
export class Response {
  #status = 200;
  #statusText = "";
  // Null while they are no more than what the body implies.
  #headers: Headers | null = null;
  #body: BodyState | null = null;
  #details: ResponseDetails | null = null;

  constructor(body: unknown = null, init: ResponseInit | Response | null | undefined = undefined) {
    if (body !== null && body !== undefined) this.#body = extractBody(body);
    if (init !== undefined && init !== null) this.#initialize(init);
  }

  // https://fetch.spec.whatwg.org/#initialize-a-response
  #initialize(init: ResponseInit | Response): void {
    if (isResponse(init)) this.#copyFrom(init);
    else if (isObject(init)) this.#readInit(init);
    else throw new TypeError("Failed to construct 'Response': The provided value is not of type 'ResponseInit'.");
    const body = this.#body;
    if (body === null) return;
    if (isNullBodyStatus(this.#status)) {
      // Workers has always let an empty string pass.
      if (body.kind !== Source.string || body.source !== "") {
        throw new TypeError(`Response with null body status (101, 204, 205, or 304) cannot have a body.`);
      }
      this.#body = null;
    } else if (this.#headers !== null && body.type !== null) {
      const list = headerListOf(this.#headers);
      if (!hasHeader(list, "content-type")) appendHeader(list, "content-type", body.type);
    }
  }

  #readInit(init: ResponseInit): void {
    const { cf, encodeBody, headers, status, statusText, webSocket } = init;
    if (cf !== undefined) {
      if (!isObject(cf)) throw new TypeError("Incorrect type for the 'cf' field on 'InitializerDict': the provided value is not of type 'Object'.");
      this.#ownDetails().cf = cf;
    }
    if (encodeBody !== undefined) this.#ownDetails().encodeBody = toEncodeBody(encodeBody);
    if (headers !== undefined) this.#headers = headersFromList(headerListFrom(headers), false);
    if (status !== undefined) {
      const code = toUnsignedShort(status);
      if ((code < 200 || code > 599) && !(code === 101 && webSocket !== undefined && webSocket !== null)) {
        throw new RangeError("Responses may only be constructed with status codes in the range 200 to 599, inclusive.");
      }
      this.#status = code;
    }
    if (statusText !== undefined) this.#statusText = toReasonPhrase(statusText);
    if (webSocket !== undefined && webSocket !== null) {
      if (webSockets.loaded()?.isWebSocket(webSocket) !== true) throw new TypeError("Failed to construct 'Response': member webSocket is not of type 'WebSocket'.");
      if (this.#status !== 101) throw new RangeError("Responses with a WebSocket must have status code 101.");
      this.#ownDetails().webSocket = webSocket;
    }
  }

  // `new Response(body, response)`: the usual way to get a response whose headers can be changed.
  #copyFrom(source: Response): void {
    const status = source.#status;
    const details = source.#details;
    if ((status < 200 || status > 599) && !(status === 101 && details !== null && details.webSocket !== null)) {
      throw new RangeError("Responses may only be constructed with status codes in the range 200 to 599, inclusive.");
    }
    this.#status = status;
    this.#statusText = source.#statusText;
    const list = responseHeaderList(source);
    if (list !== undefined) {
      const copy: HeaderList = [];
      for (let i = 0; i < list.length; i++) copy[i] = list[i]!;
      this.#headers = headersFromList(copy, false);
    }
    if (details !== null && (details.cf !== undefined || details.webSocket !== null || details.encodeBody !== "automatic")) {
      const own = this.#ownDetails();
      own.cf = details.cf;
      own.webSocket = details.webSocket;
      own.encodeBody = details.encodeBody;
    }
  }

  #ownDetails(): ResponseDetails {
    return this.#details ?? (this.#details = new ResponseDetails());
  }

  static error(): Response {
    const response = new Response();
    response.#status = 0;
    response.#headers = headersFromList([], true);
    response.#ownDetails().type = "error";
    return response;
  }

  static redirect(url: string, status = 302): Response {
    requireArguments(arguments.length, 1, "Failed to execute 'redirect' on 'Response'");
    const location = parseHttpUrl(toUSVString(url), "Unable to parse URL: ");
    const code = toUnsignedShort(status);
    if (code !== 301 && code !== 302 && code !== 303 && code !== 307 && code !== 308) throw new RangeError(`${code} is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.`);
    const response = new Response();
    response.#status = code;
    response.#headers = headersFromList(["location", location], true);
    return response;
  }

  static json(data: unknown, init: ResponseInit | Response | undefined = undefined): Response {
    requireArguments(arguments.length, 1, "Failed to execute 'json' on 'Response'");
    const text = JSONStringify(data);
    if (text === undefined) throw new TypeError("The data is not JSON serializable");
    return responseFromJson(text, init);
  }

  get type(): ResponseType { return this.#details === null ? "default" : this.#details.type; }
  get url(): string { return this.#details === null ? "" : this.#details.url; }
  get redirected(): boolean { return this.#details === null ? false : this.#details.redirected; }
  get status(): number { return this.#status; }
  get ok(): boolean { return this.#status >= 200 && this.#status <= 299; }
  get statusText(): string { return this.#statusText; }
  get headers(): Headers {
    const headers = this.#headers;
    if (headers !== null) return headers;
    const body = this.#body;
    return (this.#headers = headersFromList(body === null || body.type === null ? [] : ["content-type", body.type], false));
  }
  get cf(): unknown { return this.#details === null ? undefined : this.#details.cf; }
  get webSocket(): unknown { return this.#details === null ? null : this.#details.webSocket; }
  get body(): ReadableStream | null { return this.#body === null ? null : bodyStream(this.#body); }
  get bodyUsed(): boolean { return this.#body !== null && isUsed(this.#body); }

  text(): Promise<string> { return isObject(this) && #body in this ? bodyText(this.#body) : illegalInvocation(); }
  json(): Promise<unknown> { return isObject(this) && #body in this ? bodyJson(this.#body) : illegalInvocation(); }
  arrayBuffer(): Promise<ArrayBuffer> { return isObject(this) && #body in this ? bodyArrayBuffer(this.#body) : illegalInvocation(); }
  bytes(): Promise<Uint8Array> { return isObject(this) && #body in this ? bodyBytes(this.#body) : illegalInvocation(); }
  blob(): Promise<Blob> { return isObject(this) && #body in this ? bodyBlob(this.#body, this.#contentType()) : illegalInvocation(); }
  formData(): Promise<FormData> { return isObject(this) && #body in this ? bodyFormData(this.#body, this.#contentType()) : illegalInvocation(); }

  #contentType(): string | null {
    const list = responseHeaderList(this);
    return list === undefined ? null : getHeader(list, "content-type");
  }

  clone(): Response {
    const body = this.#body;
    const details = this.#details;
    if (details !== null && details.webSocket !== null) throw new TypeError("Cannot clone a response to a WebSocket handshake.");
    const copy = new Response();
    if (body !== null) copy.#body = cloneBody(body);
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    const headers = this.#headers;
    if (headers !== null) copy.#headers = cloneHeaders(headers);
    if (details !== null) {
      const own = copy.#ownDetails();
      own.url = details.url;
      own.redirected = details.redirected;
      own.type = details.type;
      own.cf = details.cf;
      own.encodeBody = details.encodeBody;
    }
    return copy;
  }

  static {
    isResponse = (value: unknown): value is Response => isObject(value) && #body in value;
    responseFromHost = (status, statusText, headers, body, details): Response => {
      const response = new Response();
      response.#status = status;
      response.#statusText = statusText;
      response.#headers = headersFromList(headers, true);
      response.#body = body;
      response.#details = details;
      return response;
    };
    responseStatus = (response) => response.#status;
    responseStatusText = (response) => response.#statusText;
    responseBody = (response) => response.#body;
    setResponseBody = (response, body) => {
      response.#body = body;
    };
    responseDetails = (response) => response.#details;
    responseHeaderList = (response) => {
      const headers = response.#headers;
      if (headers !== null) return headerListOf(headers);
      const body = response.#body;
      return body === null || body.type === null ? undefined : impliedHeaders(body.type);
    };
    responseFromJson = (text, init) => {
      const response = new Response();
      const body = new BodyState(Source.string, text);
      body.type = jsonHeaders[1]!;
      response.#body = body;
      if (init !== undefined && init !== null) response.#initialize(init);
      return response;
    };
  }
}
defineInterface("Response", Response);

/** https://fetch.spec.whatwg.org/#null-body-status */
export function isNullBodyStatus(status: number): boolean {
  return status === 204 || status === 205 || status === 304 || status === 101;
}

function toEncodeBody(value: unknown): "automatic" | "manual" {
  const mode = toDOMString(value);
  if (mode !== "automatic" && mode !== "manual") throw new TypeError('encodeBody: unexpected value: must be "automatic" or "manual".');
  return mode;
}

// RFC 9112 section 4: horizontal tab, space, visible characters, obs-text.
function toReasonPhrase(value: unknown): string {
  const text = toDOMString(value);
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if ((code < 32 && code !== 9) || code === 127 || code > 255) throw new TypeError("Invalid statusText");
  }
  return text;
}
