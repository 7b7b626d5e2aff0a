// https://developers.cloudflare.com/workers-ai/configuration/bindings/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { JSONParse, JSONStringify, ObjectKeys, PromiseReject, StringPrototypeStartsWith } from "../core/primordials.ts";
import { isObject, toDOMString } from "../core/webidl.ts";
import { utf8Decode } from "../encoding/index.ts";
import {
  type RequestInit, type Response,
  bindingCarrier, bodyStream, getHeader, Request, responseBody, responseHeaderList, responseStatus, send,
} from "../fetch/index.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import "./ops.ts";

export interface AiOptions {
  returnRawResponse?: boolean;
  extraHeaders?: Record<string, string>;
  prefix?: string;
  sessionOptions?: unknown;
  signal?: unknown;
  websocket?: boolean;
  [key: string]: unknown;
}

const carrier = bindingCarrier(() => ops.ai_fetch);

const key = {};
const endpoint = "https://workers-binding.ai/";
const mostBytes = 64 * 1024 * 1024;
const notSent = ["prefix", "extraHeaders", "sessionOptions", "signal", "returnRawResponse", "websocket"];

// No classes of their own: nobody can get at those of Cloudflare's either.
function named(message: string, name: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

function upstreamError(message: string, name = "InferenceUpstreamError"): Error {
  return named(message, name);
}

function internalError(message: string): Error {
  return named(message, "AiInternalError");
}

export class Ai {
  readonly #brand = true;
  lastRequestId: string | null = null;
  aiGatewayLogId: string | null = null;
  lastRequestHttpStatusCode: number | null = null;
  lastRequestInternalStatusCode: number | null = null;

  constructor(given: unknown) {
    if (given !== key) throw new TypeError("Illegal constructor");
  }

  async run(model: string, inputs: unknown, options: AiOptions | undefined = undefined): Promise<unknown> {
    if (!isObject(this) || !(#brand in this)) throw new TypeError("Illegal invocation");
    const given: AiOptions = options ?? {};
    if (given.websocket) throw internalError("WebSocket connections to models are not supported.");
    const init = {
      __proto__: null,
      method: "POST",
      body: JSONStringify({ __proto__: null, inputs, options: without(given, notSent) }),
      headers: { __proto__: null, "content-type": "application/json", "cf-consn-model-id": toDOMString(model) } as unknown as Record<string, string>,
      signal: given.signal ?? undefined,
    } as unknown as RequestInit;
    const request = new Request(`${endpoint}run?version=3`, init);
    const response = await send(request, carrier);
    this.lastRequestId = header(response, "cf-ai-req-id");
    this.lastRequestHttpStatusCode = responseStatus(response);
    if (given.returnRawResponse) return response;
    const status = responseStatus(response);
    if (status < 200 || status > 299) throw this.#error(await text(response));
    const type = header(response, "content-type") ?? "";
    if (StringPrototypeStartsWith(type, "application/json")) return JSONParse(await text(response));
    return bodyStream(responseBody(response)!);
  }

  async models(params: Record<string, unknown> | undefined = undefined): Promise<unknown> {
    if (!isObject(this) || !(#brand in this)) throw new TypeError("Illegal invocation");
    const request = new Request(`${endpoint}ai-api/models/search`, { method: "POST", body: JSONStringify(params ?? {}) });
    const response = await send(request, carrier);
    const answer = JSONParse(await text(response)) as { result?: unknown; errors?: { message: string }[] };
    if (responseStatus(response) !== 200) throw internalError(answer.errors?.[0]?.message || "Internal Error");
    return answer.result;
  }

  toMarkdown(): Promise<never> {
    return PromiseReject(internalError("toMarkdown() is not supported."));
  }

  gateway(): never {
    throw internalError("AI Gateway is not supported: there is one endpoint, which the operator has configured.");
  }

  autorag(): never {
    throw internalError("AutoRAG is not supported.");
  }

  #error(content: string): Error {
    let parsed: { internalCode?: number; description?: string; name?: string; errors?: { code: number; message: string }[] };
    try {
      parsed = JSONParse(content) as typeof parsed;
    } catch {
      return upstreamError(content);
    }
    if (parsed.internalCode) {
      this.lastRequestInternalStatusCode = parsed.internalCode;
      return upstreamError(`${parsed.internalCode}: ${parsed.description}`, parsed.name);
    }
    const first = parsed.errors?.[0];
    return upstreamError(first ? `${first.code}: ${first.message}` : content);
  }
}
defineInterface("Ai", Ai);

export function createAi(): Ai {
  return new Ai(key);
}

function header(response: Response, name: string): string | null {
  const list = responseHeaderList(response);
  return list === undefined ? null : getHeader(list, name);
}

async function text(response: Response): Promise<string> {
  const body = responseBody(response);
  if (body === null) return "";
  const bytes = await streams().readAllBytes(bodyStream(body) as ReadableStream, mostBytes, () => internalError(`The answer has more than ${mostBytes} bytes.`));
  return utf8Decode(bytes);
}

function without(from: Record<string, unknown>, left: string[]): object {
  const copied: Record<string, unknown> = { __proto__: null } as unknown as Record<string, unknown>;
  const names = ObjectKeys(from);
  for (let i = 0; i < names.length; i++) {
    let sent = true;
    for (let j = 0; j < left.length; j++) if (left[j] === names[i]) sent = false;
    if (sent) copied[names[i]!] = from[names[i]!];
  }
  return copied;
}
