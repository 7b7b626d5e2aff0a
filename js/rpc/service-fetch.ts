// Requests to an entrypoint of a worker in this process (https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/http/).
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import {
  type Carrier, type HeaderList, type Headers, type OutgoingBody, type RequestInit, type Response, type SubrequestAnswer,
  Redirect, Request, appendHeader, getHeader, headersFromList, isRequest, requestAbortSource, requestBody, requestCfText, requestHeaderList, requestMethod, requestRedirect, requestUrl,
  responseFromAnswer, responseHeaderList, responseStatus, send,
} from "../fetch/index.ts";
import { parseURL, urlHref } from "../url/index.ts";
import type { ServiceAddress } from "./address.ts";
import { remoteError } from "./remote-error.ts";

const mostRedirects = 20;

function toResponse(answer: SubrequestAnswer): Response {
  if (answer[0] === 0) throw remoteError(answer[1], answer[2] as unknown as number);
  return responseFromAnswer(answer, "basic");
}

/** `fetch(input, init)` of the entrypoint. */
export function serviceFetch(address: ServiceAddress, input: unknown, init: RequestInit | undefined): Promise<Response> {
  try {
    const request = isRequest(input) && init === undefined ? input : new Request(input, init);
    const carrier: Carrier = {
      __proto__: null,
      start: (token: number, sent: Request, headers: string[], kind: number, body: OutgoingBody) =>
        ops.service_fetch(address.binding, address.entrypoint, address.props, token, requestMethod(sent), requestUrl(sent), headers, kind, body, requestCfText(sent)),
      toResponse,
    } as Carrier;
    return requestRedirect(request) === Redirect.manual ? send(request, carrier) : follow(request, carrier, 0);
  } catch (error) {
    return PromiseReject(error);
  }
}

// https://fetch.spec.whatwg.org/#http-redirect-fetch
function follow(request: Request, carrier: Carrier, followed: number): Promise<Response> {
  // What a second request would need of the first, before its body is used up.
  const hadStream = streamed(request);
  const spare = requestBody(request) === null || hadStream ? null : request.clone();
  return PromisePrototypeThen(send(request, carrier), (response) => {
    const status = responseStatus(response);
    const location = isRedirect(status) ? getHeader(responseHeaderList(response) ?? [], "location") : null;
    if (location === null) return response;
    if (requestRedirect(request) === Redirect.error) throw new TypeError(`The service answered with a redirect to ${location}, and the request's redirect mode is "error".`);
    if (followed === mostRedirects) throw new TypeError("Too many redirects.");
    const parsed = parseURL(location, requestUrl(request));
    if (parsed === null) throw new TypeError(`The service redirects to "${location}", which is not a URL.`);
    const target = urlHref(parsed);
    const method = requestMethod(request);
    const becomesGet = status === 303 ? method !== "GET" && method !== "HEAD" : (status === 301 || status === 302) && method === "POST";
    if (!becomesGet && hadStream) {
      throw new TypeError("The service answered with a redirect that needs the request body again, but the body was a stream and is gone. Send it from a string or an ArrayBuffer.");
    }
    const next = becomesGet
      ? new Request(target, { __proto__: null, headers: withoutBodyHeaders(request), signal: requestAbortSource(request) } as RequestInit)
      : new Request(target, spare ?? request);
    return follow(next, carrier, followed + 1);
  }) as Promise<Response>;
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function streamed(request: Request): boolean {
  const body = requestBody(request);
  return body !== null && body.kind !== 0 && body.kind !== 1;
}

function withoutBodyHeaders(request: Request): Headers {
  const all = requestHeaderList(request);
  const kept: HeaderList = [];
  for (let i = 0; i < all.length; i += 2) {
    const name = all[i]!;
    if (name === "content-type" || name === "content-length" || name === "content-encoding" || name === "content-language" || name === "content-location") continue;
    appendHeader(kept, name, all[i + 1]!);
  }
  return headersFromList(kept, false);
}
