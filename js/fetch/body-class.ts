// The global `Body`, of which the Workers types say that Request and Response are two. The members work on both of them;
// https://fetch.spec.whatwg.org/#body-mixin knows no such class, so the two do not inherit from it: `instanceof` is answered
// by their brands.
import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, PromiseReject, SymbolHasInstance } from "../core/primordials.ts";
import type { Blob, FormData } from "../blob/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import { bodyArrayBuffer, bodyBlob, bodyBytes, bodyFormData, bodyJson, bodyText } from "./body.ts";
import { type BodyState, bodyStream, isUsed } from "./body-state.ts";
import { getHeader } from "./header-list.ts";
import { isRequest, requestBody, requestHeaderList } from "./request.ts";
import { isResponse, responseBody, responseHeaderList } from "./response.ts";

export class Body {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  get body(): ReadableStream | null {
    const state = stateOf(this);
    return state === null ? null : bodyStream(state);
  }
  get bodyUsed(): boolean {
    const state = stateOf(this);
    return state !== null && isUsed(state);
  }

  arrayBuffer(): Promise<ArrayBuffer> { return consume(this, bodyArrayBuffer); }
  bytes(): Promise<Uint8Array> { return consume(this, bodyBytes); }
  text(): Promise<string> { return consume(this, bodyText); }
  json(): Promise<unknown> { return consume(this, bodyJson); }
  formData(): Promise<FormData> { return consume(this, bodyFormData); }
  blob(): Promise<Blob> { return consume(this, bodyBlob); }
}
defineInterface("Body", Body);
ObjectDefineProperty(Body, SymbolHasInstance, {
  __proto__: null,
  value: (value: unknown) => isRequest(value) || isResponse(value),
  configurable: true,
} as PropertyDescriptor);

function stateOf(message: unknown): BodyState | null {
  if (isRequest(message)) return requestBody(message);
  if (isResponse(message)) return responseBody(message);
  throw new TypeError("Illegal invocation");
}

function consume<T>(message: unknown, read: (state: BodyState | null, contentType: string | null) => Promise<T>): Promise<T> {
  try {
    return read(stateOf(message), contentTypeOf(message));
  } catch (error) {
    return PromiseReject(error) as Promise<T>;
  }
}

function contentTypeOf(message: unknown): string | null {
  const list = isRequest(message) ? requestHeaderList(message) : isResponse(message) ? responseHeaderList(message) : undefined;
  return list === undefined ? null : getHeader(list, "content-type");
}
