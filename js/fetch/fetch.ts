// https://fetch.spec.whatwg.org/#fetch-method, as Workers does it: there is no page, no CORS and no cookie jar.
import { copyBytes } from "../core/bytes.ts";
import { isCompatible } from "../core/compatibility.ts";
import { lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, JSONStringify, PromisePrototypeThen, PromiseReject, PromiseResolve, PromiseWithResolvers, StringPrototypeStartsWith } from "../core/primordials.ts";
import { isObject, requireArguments } from "../core/webidl.ts";
import { type AbortSignal, abortReason, addAbortAlgorithm, isAborted, removeAbortAlgorithm } from "../events/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import { BodyAbort, BodyState, Source, cancelBody, hostBodyState } from "./body-state.ts";
import { type HeaderList, appendHeader, hasHeader } from "./header-list.ts";
import { BodyKind, type OutgoingBody, type SubrequestAnswer, type SubrequestOp } from "./ops.ts";
import { outgoingBody, outgoingHeaders, outgoingKind, prepareBody, takeOutgoingStream } from "./outgoing-body.ts";
import { Request, type RequestInit, isRequest, requestAbortSource, requestBody, requestCache, requestOwnCf, requestFetcher, requestHeaderList, requestIntegrity, requestMethod, requestRedirect, requestUrl } from "./request.ts";
import { type Response, ResponseDetails, type ResponseType, isNullBodyStatus, responseBody, responseFromHost } from "./response.ts";
import { webSockets } from "../websockets/lazy.ts";

const verification = lazy(() => import("./integrity.ts"));
const remoteErrors = lazy(() => import("../rpc/remote-error.ts"));
const dataUrls = lazy(() => import("./data-url.ts"));
let lastToken = 0;
const manualRedirect = 2;

/** The global `fetch`. */
export function fetch(input: Request | string | object, init: RequestInit | undefined = undefined): Promise<Response> {
  try {
    requireArguments(arguments.length, 1, "Failed to execute 'fetch'");
    const request = isRequest(input) && init === undefined ? input : new Request(input, init);
    const fetcher = requestFetcher(request);
    if (isObject(fetcher)) return PromiseResolve(FunctionPrototypeCall((fetcher as { fetch: Function }).fetch, fetcher, request));
    const integrity = requestIntegrity(request);
    const answer = send(request);
    return integrity === "" ? answer : PromisePrototypeThen(answer, (response) => verification().verified(response, integrity)) as Promise<Response>;
  } catch (error) {
    return PromiseReject(error);
  }
}

/** A subrequest that goes elsewhere than to the network: how it starts, and what its answer is. */
export interface Carrier {
  start(token: number, request: Request, headers: HeaderList, kind: number, body: OutgoingBody): Promise<SubrequestAnswer>;
  toResponse(answer: SubrequestAnswer): Response;
}

/** What carries requests to a binding of the host's. */
export function bindingCarrier(op: () => SubrequestOp): Carrier {
  return {
    __proto__: null,
    start: (token: number, request: Request, headers: HeaderList, kind: number, body: OutgoingBody) =>
      op()(token, requestMethod(request), requestUrl(request), headers, kind, body, requestRedirect(request), null),
    toResponse: (answer: SubrequestAnswer) => responseFromAnswer(answer, "basic"),
  } as Carrier;
}

const network: Carrier = {
  __proto__: null,
  start: (token: number, request: Request, headers: HeaderList, kind: number, body: OutgoingBody) => {
    const cf = withCacheMode(requestOwnCf(request), requestCache(request));
    const cfText = cf === undefined || cf === null ? null : JSONStringify(cf) ?? null;
    return ops.subrequest(token, requestMethod(request), requestUrl(request), headers, kind, body, requestRedirect(request), cfText);
  },
  toResponse: (answer: SubrequestAnswer) => {
    // Another worker took the request, and failed.
    if (answer[0] === 0) throw remoteErrors().remoteError(answer[1]);
    return responseFromAnswer(answer, "basic");
  },
} as Carrier;

/** Sends a request; uses its body up. */
export function send(request: Request, carrier: Carrier = network): Promise<Response> {
  const url = requestUrl(request);
  const signal = requestAbortSource(request);
  const requested = requestBody(request);
  if (signal !== null && isAborted(signal)) {
    const reason = abortReason(signal);
    if (requested !== null) cancelBody(requested, reason);
    throw reason;
  }
  if (!StringPrototypeStartsWith(url, "http:") && !StringPrototypeStartsWith(url, "https:")) return fetchOtherScheme(request, url);
  prepareBody(requested);
  const headers = withoutRefusedExtensions(withCacheControl(outgoingHeaders(requestHeaderList(request))!, requestCache(request)));
  const stream = takeOutgoingStream();
  const sink = outgoingBody;
  const token = ++lastToken;
  const answer = carrier.start(token, request, headers, outgoingKind, outgoingBody);
  // How the upload ends is told by the subrequest.
  if (stream !== null) PromisePrototypeThen(streams().pumpToHost(stream, sink as number), undefined, ignore);
  return signal === null ? PromisePrototypeThen(answer, carrier.toResponse) : withSignal(answer, carrier, signal, token, stream);
}

const ignore = (): void => {};

/**
 * A subrequest by a WebSocket object: its headers ask to switch protocols. A redirect is an answer like any other but 101.
 * `started` gets what aborts it.
 */
export function startUpgrade(url: string, headers: HeaderList, started: (abort: () => void) => void): Promise<SubrequestAnswer> {
  const token = ++lastToken;
  started(() => ops.subrequest_abort(token));
  return ops.subrequest(token, "GET", url, headers, BodyKind.none, undefined, manualRedirect, null);
}

/** The response that an answer of the host describes. */
export function responseFromAnswer(answer: SubrequestAnswer, type: ResponseType = "default"): Response {
  const status = answer[0];
  const details = new ResponseDetails();
  details.type = type;
  details.url = answer[2];
  details.redirected = answer[3];
  const id = answer[4];
  if (answer[7] !== 0) details.webSocket = webSockets().webSocketFromHost(answer[7]);
  const body = id === 0 || isNullBodyStatus(status) ? null : hostBodyState(id, answer[5]);
  return responseFromHost(status, answer[1], answer[6], body, details);
}

// An abort rejects the fetch, or fails the body of its answer; either way the reason is the signal's, not the host's.
function withSignal(answer: Promise<SubrequestAnswer>, carrier: Carrier, signal: AbortSignal, token: number, upload: ReadableStream | null): Promise<Response> {
  const { promise, resolve, reject } = PromiseWithResolvers<Response>();
  const abort = new BodyAbort();
  const algorithm = (reason: unknown): void => {
    abort.aborted = true;
    abort.reason = reason;
    ops.subrequest_abort(token);
    reject(reason);
    if (upload !== null) streams().cancelReadable(upload, reason);
    if (abort.stream !== null) streams().errorReadable(abort.stream, reason);
  };
  addAbortAlgorithm(signal, algorithm);
  PromisePrototypeThen(
    answer,
    (parts: SubrequestAnswer) => {
      let response: Response;
      try {
        response = carrier.toResponse(parts);
      } catch (error) {
        removeAbortAlgorithm(signal, algorithm);
        reject(error);
        return;
      }
      const body = responseBody(response);
      if (body === null) removeAbortAlgorithm(signal, algorithm);
      else body.abort = abort;
      resolve(response);
    },
    (error: unknown) => {
      removeAbortAlgorithm(signal, algorithm);
      reject(error);
    },
  );
  return promise;
}

// What Workers sends for the cache modes that concern shared caches.
// The cache option in the words of `cf`: -1 does not use the cache, 0 asks the origin each time.
function withCacheMode(cf: unknown, cache: string): unknown {
  if (cache !== "no-store" && cache !== "no-cache" && cache !== "reload") return cf;
  if (isObject(cf) && (cf as { cacheTtl?: unknown }).cacheTtl !== undefined) return cf;
  return { ...(cf as object | null | undefined), cacheTtl: cache === "no-store" ? -1 : 0 };
}

function withCacheControl(headers: HeaderList, cache: string): HeaderList {
  if (cache !== "no-store" && cache !== "no-cache" && cache !== "reload") return headers;
  const result: HeaderList = [];
  for (let i = 0; i < headers.length; i++) result[i] = headers[i]!;
  if (!hasHeader(result, "pragma")) appendHeader(result, "pragma", "no-cache");
  if (!hasHeader(result, "cache-control")) appendHeader(result, "cache-control", cache === "no-store" ? "no-store" : "no-cache");
  return result;
}

// Before WebSockets could be compressed, the wish for it was not passed on.
function withoutRefusedExtensions(headers: HeaderList): HeaderList {
  if (!hasHeader(headers, "sec-websocket-extensions") || isCompatible("webSocketCompression")) return headers;
  const result: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) if (headers[i] !== "sec-websocket-extensions") appendHeader(result, headers[i]!, headers[i + 1]!);
  return result;
}

function fetchOtherScheme(request: Request, url: string): Promise<Response> {
  const data = StringPrototypeStartsWith(url, "data:") ? dataUrls().parseDataUrl(url) : null;
  if (data === null) throw new TypeError(`Fetch API cannot load: ${url}`);
  const body = new BodyState(Source.bytes, copyBytes(data.bytes));
  const details = new ResponseDetails();
  details.type = "basic";
  details.url = url;
  return PromiseResolve(responseFromHost(200, "OK", ["content-type", data.type], requestMethod(request) === "HEAD" ? null : body, details));
}
