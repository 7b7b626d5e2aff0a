// https://developers.cloudflare.com/workers/runtime-apis/cache/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseReject, PromiseResolve, StringPrototypeIncludes, StringPrototypeStartsWith } from "../core/primordials.ts";
import { isObject, toDOMString } from "../core/webidl.ts";
import {
  Request,
  type Response,
  getHeader,
  isRequest,
  isResponse,
  outgoingResponse,
  requestHeaderList,
  requestMethod,
  requestUrl,
  responseFromAnswer,
  responseHeaderList,
} from "../fetch/index.ts";
import { pumpToHost } from "../streams/index.ts";
import "./ops.ts";

export interface CacheQueryOptions {
  ignoreMethod?: boolean;
  ignoreSearch?: boolean;
  ignoreVary?: boolean;
  cacheName?: string;
}

const key = {};
const longestName = 1024;
const illegalInvocation = (): Promise<never> => PromiseReject(new TypeError("Illegal invocation"));
const ignore = (): void => {};

export class Cache {
  readonly #name: string | null;

  constructor(given: unknown, name: string | null) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#name = name;
  }

  match(request: Request | string, options: CacheQueryOptions | undefined = undefined): Promise<Response | undefined> {
    if (!isObject(this) || !(#name in this)) return illegalInvocation();
    try {
      const what = "Failed to execute 'match' on 'Cache'";
      const { url, method, headers } = readRequest(request, what);
      if (!ignoresMethod(options, what) && method !== "GET") return PromiseResolve(undefined);
      const answer = ops.cache_match(this.#name, url, headers);
      return PromiseResolve(answer === null ? undefined : responseFromAnswer(answer));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  put(request: Request | string, response: Response): Promise<undefined> {
    if (!isObject(this) || !(#name in this)) return illegalInvocation();
    try {
      const what = "Failed to execute 'put' on 'Cache'";
      const { url, method, headers } = readRequest(request, what);
      if (!isResponse(response)) throw new TypeError(`${what}: parameter 2 is not of type 'Response'.`);
      if (response.type === "error") throw new TypeError("Cache is unable to store an error response");
      if (method !== "GET") throw new TypeError("Cannot cache response to non-GET request.");
      const status = response.status;
      if (status === 206) throw new TypeError("Cannot cache response to a range request (206 Partial Content).");
      const list = responseHeaderList(response);
      const vary = list === undefined ? null : getHeader(list, "vary");
      if (vary !== null && StringPrototypeIncludes(vary, "*")) throw new TypeError("Cannot cache response with 'Vary: *' header.");
      if (response.webSocket !== null) throw new TypeError("Cannot cache WebSocket upgrade response.");
      // A 304 means nothing without the request that asked for it.
      if (status === 304) return PromiseResolve(undefined);
      const outgoing = outgoingResponse(response);
      const put = ops.cache_put(this.#name, url, headers, status, response.statusText, outgoing.headers, outgoing.kind, outgoing.body);
      // How the body ends is told by the put.
      if (outgoing.stream !== null) PromisePrototypeThen(pumpToHost(outgoing.stream, outgoing.body as number), undefined, ignore);
      return put as Promise<undefined>;
    } catch (error) {
      return PromiseReject(error);
    }
  }

  delete(request: Request | string, options: CacheQueryOptions | undefined = undefined): Promise<boolean> {
    if (!isObject(this) || !(#name in this)) return illegalInvocation();
    try {
      const what = "Failed to execute 'delete' on 'Cache'";
      const { url, method } = readRequest(request, what);
      if (!ignoresMethod(options, what) && method !== "GET") return PromiseResolve(false);
      return PromiseResolve(ops.cache_delete(this.#name, url));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  add(): never { throw notImplemented("add", "Cache"); }
  addAll(): never { throw notImplemented("addAll", "Cache"); }
  matchAll(): never { throw notImplemented("matchAll", "Cache"); }
  keys(): never { throw notImplemented("keys", "Cache"); }
}
defineInterface("Cache", Cache);

export class CacheStorage {
  readonly #default: Cache;

  constructor(given: unknown = undefined) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#default = new Cache(key, null);
  }

  get default(): Cache { return this.#default; }

  open(name: string): Promise<Cache> {
    if (!isObject(this) || !(#default in this)) return illegalInvocation();
    try {
      if (arguments.length < 1) throw new TypeError("Failed to execute 'open' on 'CacheStorage': parameter 1 is not of type 'string'.");
      const text = toDOMString(name);
      if (text.length >= longestName) throw new TypeError("Cache name is too long.");
      return PromiseResolve(new Cache(key, text));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  match(): never { throw notImplemented("match", "CacheStorage"); }
  has(): never { throw notImplemented("has", "CacheStorage"); }
  delete(): never { throw notImplemented("delete", "CacheStorage"); }
  keys(): never { throw notImplemented("keys", "CacheStorage"); }
}
defineInterface("CacheStorage", CacheStorage);

export const caches = new CacheStorage(key);

function notImplemented(method: string, type: string): Error {
  return new Error(`Failed to execute '${method}' on '${type}': the method is not implemented.`);
}

interface Parts { readonly url: string; readonly method: string; readonly headers: string[] }

function readRequest(input: unknown, what: string): Parts {
  if (input === undefined) throw new TypeError(`${what}: parameter 1 is not of type 'Request or string'.`);
  const request = isRequest(input) ? input : new Request(input);
  const url = requestUrl(request);
  if (!StringPrototypeStartsWith(url, "http:") && !StringPrototypeStartsWith(url, "https:")) {
    throw new TypeError("Invalid URL. Cache API keys must be fully-qualified, valid URLs.");
  }
  return { url, method: requestMethod(request), headers: requestHeaderList(request) };
}

function ignoresMethod(options: CacheQueryOptions | null | undefined, what: string): boolean {
  if (options === undefined || options === null) return false;
  if (!isObject(options)) throw new TypeError(`${what}: parameter 2 is not of type 'CacheQueryOptions'.`);
  const { ignoreMethod, ignoreSearch, ignoreVary, cacheName } = options;
  const refused = ignoreSearch !== undefined ? "ignoreSearch" : ignoreVary !== undefined ? "ignoreVary" : cacheName !== undefined ? "cacheName" : null;
  if (refused !== null) throw new Error(`The '${refused}' field on 'CacheQueryOptions' is not implemented.`);
  return !!ignoreMethod;
}
