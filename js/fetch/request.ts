import type { Blob, FormData } from "../blob/index.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayPrototypeSlice, JSONParse, JSONStringify, ObjectFreeze, ObjectKeys, PromiseReject, StringPrototypeToUpperCase } from "../core/primordials.ts";
import { isObject, requireArguments, toDOMString } from "../core/webidl.ts";
import { type AbortSignal, createAbortSignal, createDependentAbortSignal, isAbortSignal } from "../events/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import { bodyArrayBuffer, bodyBlob, bodyBytes, bodyFormData, bodyJson, bodyText } from "./body.ts";
import { type BodyState, bodyStream, cloneBody, extractBody, hostBodyState, isUsed, moveBody } from "./body-state.ts";
import { type HeaderList, appendHeader, getHeader, hasHeader, isToken } from "./header-list.ts";
import { type Headers, type HeadersInit, cloneHeaders, headerListFrom, headerListOf, headersFromList, headersFromRequest } from "./headers.ts";
import { parseRequestUrl } from "./http-url.ts";
import { inboundSignal } from "./inbound-signals.ts";
import { type RequestDetails, defaultDetails, readDetails } from "./request-details.ts";

export interface RequestInit {
  body?: unknown;
  cache?: string;
  cf?: unknown;
  credentials?: string;
  duplex?: string;
  fetcher?: unknown;
  headers?: HeadersInit;
  integrity?: string;
  keepalive?: boolean;
  method?: string;
  mode?: string;
  priority?: string;
  redirect?: string;
  referrer?: string;
  referrerPolicy?: string;
  signal?: AbortSignal | null;
  window?: unknown;
}

/** In the host's order: what `subrequest` is told. */
export const Redirect = { follow: 0, error: 1, manual: 2 } as const;
const redirectNames = ["follow", "error", "manual"] as const;

const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));
const none = -1;

export let isRequest: (value: unknown) => value is Request;
/** The Request of an inbound request: asks the host for whatever is looked at. */
export let requestFromHost: (id: number) => Request;
export let requestMethod: (request: Request) => string;
export let requestUrl: (request: Request) => string;
let requestHeaders: (request: Request) => Headers;
export let requestHeaderList: (request: Request) => HeaderList;
export let requestBody: (request: Request) => BodyState | null;
export let requestRedirect: (request: Request) => number;
/** The signal to watch while the request is under way, without making one that nobody asked for. */
export let requestAbortSource: (request: Request) => AbortSignal | null;
let requestCf: (request: Request) => unknown;
/** What the worker itself has set or seen of `cf`; null for the client's when nobody looked. */
export let requestOwnCf: (request: Request) => unknown;
/** `cf` as JSON for another worker: that of the client when the request is the client's or a copy of it; null for none. */
export let requestCfText: (request: Request) => string | null;
export let requestFetcher: (request: Request) => unknown;
export let requestCache: (request: Request) => string;
export let requestIntegrity: (request: Request) => string;

// A Request is made for its constructor's caller or for the host; the latter skips the constructor's work.
const fromHost = { __proto__: null };

/** https://fetch.spec.whatwg.org/#request-class */
export class Request {
  // The inbound request that the members not yet known are to be had from.
  #host = none;
  #method: string | null = null;
  #url: string | null = null;
  #headers: Headers | null = null;
  #body: BodyState | null | undefined = undefined;
  // Workers hands inbound requests over with "manual", so that a proxied redirect reaches the client.
  #redirect: number = Redirect.manual;
  #signal: AbortSignal | null = null;
  // What the signal, once made, follows: a signal, or an inbound request that has not made its own.
  #follows: AbortSignal | Request | null = null;
  // Null: that of the inbound request `#cfHost`, not asked for yet.
  #cf: unknown = null;
  #cfHost = none;
  #details: RequestDetails = defaultDetails;

  constructor(input: unknown, init: RequestInit | Request | null | undefined = undefined) {
    if (input === fromHost) return;
    requireArguments(arguments.length, 1, "Failed to construct 'Request'");
    this.#cf = undefined;
    let inputBody: BodyState | null = null;
    if (isRequest(input)) {
      this.#method = requestMethod(input);
      this.#url = requestUrl(input);
      this.#redirect = input.#redirect;
      this.#follows = input.#signal ?? (input.#host === none ? input.#follows : input);
      this.#details = input.#details;
      this.#cf = input.#host === none ? input.#cf : null;
      this.#cfHost = input.#cfHost;
      inputBody = requestBody(input);
    } else {
      this.#method = "GET";
      this.#url = parseRequestUrl(input);
      this.#redirect = Redirect.follow;
    }
    let headers: HeadersInit | undefined;
    let initBody: unknown = null;
    if (init !== undefined && init !== null) {
      if (isRequest(init)) {
        this.#copyFrom(init);
        headers = requestHeaders(init);
        const source = requestBody(init);
        if (source !== null) initBody = bodyStream(source);
      } else if (isObject(init)) {
        initBody = init.body;
        headers = this.#readInit(init);
      } else throw new TypeError("Failed to construct 'Request': The provided value is not of type 'RequestInit'.");
    }
    const list = headers !== undefined ? headerListFrom(headers) : isRequest(input) ? ArrayPrototypeSlice(requestHeaderList(input)) : [];
    this.#headers = headersFromList(list, false);
    let body: BodyState | null = null;
    if ((initBody !== null && initBody !== undefined) || inputBody !== null) {
      if (this.#method === "GET" || this.#method === "HEAD") throw new TypeError("Request with a GET or HEAD method cannot have a body.");
      if (initBody !== null && initBody !== undefined) {
        body = extractBody(initBody);
        if (body.type !== null && !hasHeader(list, "content-type")) appendHeader(list, "content-type", body.type);
      } else {
        if (isUsed(inputBody!)) throw new TypeError("Cannot reconstruct a Request with a used body.");
        body = moveBody(inputBody!);
      }
    }
    this.#body = body;
  }

  // `new Request(url, request)`
  #copyFrom(source: Request): void {
    this.#method = requestMethod(source);
    this.#redirect = source.#redirect;
    this.#follows = source.#signal ?? (source.#host === none ? source.#follows : source);
    this.#details = source.#details;
    this.#cf = source.#host === none ? source.#cf : null;
    this.#cfHost = source.#cfHost;
  }

  #readInit(init: RequestInit): HeadersInit | undefined {
    this.#details = readDetails(init, this.#details);
    const { cf, headers, method, redirect, signal } = init;
    if (cf !== undefined) {
      if (!isObject(cf)) throw new TypeError("Incorrect type for the 'cf' field on 'RequestInitializerDict': the provided value is not of type 'Object'.");
      this.#cf = cf;
    }
    if (method !== undefined) this.#method = toMethod(method);
    if (redirect !== undefined) this.#redirect = toRedirect(redirect);
    if (signal !== undefined) {
      if (signal !== null && !isAbortSignal(signal)) throw new TypeError("Failed to construct 'Request': member signal is not of type 'AbortSignal'.");
      this.#follows = signal;
    }
    return headers;
  }

  get method(): string { return requestMethod(this); }
  get url(): string { return requestUrl(this); }
  get headers(): Headers { return requestHeaders(this); }
  get redirect(): "follow" | "error" | "manual" { return redirectNames[this.#redirect]!; }
  get signal(): AbortSignal {
    if (this.#signal !== null) return this.#signal;
    const follows = this.#follows;
    if (this.#host !== none) this.#signal = inboundSignal(this.#host);
    else if (follows === null) this.#signal = createAbortSignal();
    else this.#signal = createDependentAbortSignal([isRequest(follows) ? follows.signal : follows]);
    return this.#signal;
  }
  get cf(): unknown { return requestCf(this); }
  get fetcher(): unknown { return this.#details.fetcher; }
  get destination(): string { return this.#details.destination; }
  get referrer(): string { return this.#details.referrer; }
  get referrerPolicy(): string { return this.#details.referrerPolicy; }
  get mode(): string { return this.#details.mode; }
  get credentials(): string { return this.#details.credentials; }
  get cache(): string { return this.#details.cache; }
  get integrity(): string { return this.#details.integrity; }
  get keepalive(): boolean { return this.#details.keepalive; }
  get isReloadNavigation(): boolean { return this.#details.isReloadNavigation; }
  get isHistoryNavigation(): boolean { return this.#details.isHistoryNavigation; }
  get duplex(): "half" {
    requestRedirect(this);
    return "half";
  }
  get body(): ReadableStream | null {
    const body = requestBody(this);
    return body === null ? null : bodyStream(body);
  }
  get bodyUsed(): boolean {
    const body = this.#body;
    return body !== null && body !== undefined && isUsed(body);
  }

  text(): Promise<string> { return isObject(this) && #body in this ? bodyText(requestBody(this)) : illegalInvocation(); }
  json(): Promise<unknown> { return isObject(this) && #body in this ? bodyJson(requestBody(this)) : illegalInvocation(); }
  arrayBuffer(): Promise<ArrayBuffer> { return isObject(this) && #body in this ? bodyArrayBuffer(requestBody(this)) : illegalInvocation(); }
  bytes(): Promise<Uint8Array> { return isObject(this) && #body in this ? bodyBytes(requestBody(this)) : illegalInvocation(); }
  blob(): Promise<Blob> { return isObject(this) && #body in this ? bodyBlob(requestBody(this), this.#contentType()) : illegalInvocation(); }
  formData(): Promise<FormData> { return isObject(this) && #body in this ? bodyFormData(requestBody(this), this.#contentType()) : illegalInvocation(); }

  #contentType(): string | null {
    return this.#headers === null ? ops.request_header(this.#host, "content-type") : getHeader(headerListOf(this.#headers), "content-type");
  }

  clone(): Request {
    const body = requestBody(this);
    const copy = new Request(fromHost);
    copy.#body = body === null ? null : cloneBody(body);
    copy.#method = requestMethod(this);
    copy.#url = requestUrl(this);
    copy.#headers = cloneHeaders(requestHeaders(this));
    copy.#redirect = this.#redirect;
    copy.#follows = this.#signal ?? (this.#host === none ? this.#follows : this);
    copy.#cf = this.#host === none ? this.#cf : null;
    copy.#cfHost = this.#cfHost;
    copy.#details = this.#details;
    return copy;
  }

  static {
    isRequest = (value: unknown): value is Request => isObject(value) && #method in value;
    requestFromHost = (id) => {
      const request = new Request(fromHost);
      request.#host = id;
      request.#cfHost = id;
      return request;
    };
    requestMethod = (request) => request.#method ?? (request.#method = ops.request_method(request.#host));
    requestUrl = (request) => request.#url ?? (request.#url = ops.request_url(request.#host));
    requestHeaders = (request) => request.#headers ?? (request.#headers = headersFromRequest(request.#host));
    requestHeaderList = (request) => headerListOf(requestHeaders(request));
    requestBody = (request) => {
      const body = request.#body;
      if (body !== undefined) return body;
      const id = ops.request_body(request.#host);
      return (request.#body = id === 0 ? null : hostBodyState(id, ops.request_body_length(request.#host)));
    };
    requestRedirect = (request) => request.#redirect;
    requestAbortSource = (request) => {
      if (request.#signal !== null) return request.#signal;
      const follows = request.#follows;
      // The host itself stops what an inbound request started when its client goes away.
      return follows === null || isRequest(follows) ? null : follows;
    };
    requestCf = (request) => {
      if (request.#cf !== null) return request.#cf;
      const text = ops.request_cf(request.#cfHost);
      const cf = text === null ? undefined : JSONParse(text);
      // The client's facts are no worker's to change; a request made from the inbound one has its own copy.
      if (request.#host !== none) freezeDeeply(cf);
      return (request.#cf = cf);
    };
    requestOwnCf = (request) => request.#cf;
    requestCfText = (request) => request.#cf === null ? ops.request_cf(request.#cfHost) : request.#cf === undefined ? null : JSONStringify(request.#cf) ?? null;
    requestFetcher = (request) => request.#details.fetcher;
    requestCache = (request) => request.#details.cache;
    requestIntegrity = (request) => request.#details.integrity;
  }
}
defineInterface("Request", Request);

// Of what JSON is made of.
function freezeDeeply(value: unknown): void {
  if (!isObject(value)) return;
  const names = ObjectKeys(value);
  for (let i = 0; i < names.length; i++) freezeDeeply((value as Record<string, unknown>)[names[i]!]);
  ObjectFreeze(value);
}

// https://fetch.spec.whatwg.org/#concept-method-normalize
function toMethod(value: unknown): string {
  const method = toDOMString(value);
  switch (method) {
    case "GET": case "POST": case "PUT": case "DELETE": case "HEAD": case "OPTIONS": case "PATCH":
      return method;
  }
  if (!isToken(method)) throw new TypeError(`Invalid HTTP method string: ${method}`);
  const upper = StringPrototypeToUpperCase(method);
  switch (upper) {
    // Unlike browsers, Workers knows PATCH in any case.
    case "GET": case "POST": case "PUT": case "DELETE": case "HEAD": case "OPTIONS": case "PATCH":
      return upper;
    case "CONNECT": case "TRACE": case "TRACK":
      throw new TypeError(`Invalid HTTP method string: ${method}`);
  }
  return method;
}

function toRedirect(value: unknown): number {
  switch (toDOMString(value)) {
    case "follow": return Redirect.follow;
    case "error": return Redirect.error;
    case "manual": return Redirect.manual;
  }
  throw new TypeError(`Invalid redirect value, must be one of "follow", "error" or "manual".`);
}
