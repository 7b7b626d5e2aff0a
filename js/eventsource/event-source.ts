// https://html.spec.whatwg.org/#server-sent-events, with what Workers adds: a fetcher of one's own, and `from` for a stream
// that is there already.
import { currentEvent, noEvent } from "../core/async-frame.ts";
import { defineInterface } from "../core/define.ts";
import { cancelHostTimer, startHostTimer } from "../core/host-timers.ts";
import { FunctionPrototypeCall, MathMax, MathMin, ObjectDefineProperty, PromisePrototypeThen, PromiseResolve, SymbolDispose } from "../core/primordials.ts";
import { isObject, requireArguments, toDictionary, toUSVString } from "../core/webidl.ts";
import { createAbortSignal, createDOMException, defineEventHandler, dispatch, ErrorEvent, Event, EventTarget, MessageEvent, signalAbort, trust, type AbortSignal } from "../events/index.ts";
import { bodyStream, fetch, getHeader, isResponse, type Response, responseBody, responseDetails, responseHeaderList, responseStatus } from "../fetch/index.ts";
import { appendHeader } from "../fetch/header-list.ts";
import { extractMimeType } from "../fetch/mime-type.ts";
import { Request, requestHeaderList } from "../fetch/request.ts";
import { Drain, isDisturbed, isLocked, isReadableStream, type ReadableStream, readerOf } from "../streams/index.ts";
import { parseURL, urlHref, urlOrigin } from "../url/index.ts";
import { EventStreamParser, type EventStreamTarget } from "./parser.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

// As in Workers.
const defaultReconnection = 2000;
const shortestReconnection = 1000;
const longestReconnection = 10_000;

const internal = { __proto__: null };

export interface EventSourceInit { withCredentials?: boolean; fetcher?: { fetch: Function } }

type Read = ReturnType<typeof readerOf>;

/** Feeds a parser with a stream's bytes. */
class EventStream extends Drain {
  readonly #parser: EventStreamParser;
  readonly #ended: (error: unknown) => void;

  constructor(reader: Read, parser: EventStreamParser, ended: (error: unknown) => void) {
    super(reader);
    this.#parser = parser;
    this.#ended = ended;
  }

  protected accept(bytes: Uint8Array<ArrayBuffer>): undefined {
    this.#parser.push(bytes);
    return undefined;
  }

  protected finish(): void {
    this.#ended(undefined);
  }

  protected fail(reason: unknown): void {
    this.#ended(reason);
  }
}

export class EventSource extends EventTarget {
  #url = "";
  #origin = "";
  #fetcher: { fetch: Function } | undefined;
  #readyState = CONNECTING;
  #reconnection = defaultReconnection;
  #lastEventId = "";
  #signal: AbortSignal | undefined;
  #reader: Read | undefined;
  #timer = 0;

  constructor(url: unknown, init: EventSourceInit | undefined = undefined) {
    super();
    if (url === internal) return;
    requireArguments(arguments.length, 1, "Failed to construct 'EventSource'");
    const text = toUSVString(url);
    const { fetcher, withCredentials } = toDictionary(init, "Failed to construct 'EventSource'");
    requireEvent();
    if (withCredentials) throw createDOMException("NotSupportedError", "The init.withCredentials option is not supported. It must be false or undefined.");
    const parsed = parseURL(text, undefined);
    if (parsed === null) throw createDOMException("SyntaxError", `Cannot open an EventSource to '${text}'. The URL is invalid.`);
    this.#url = urlHref(parsed);
    if (fetcher !== undefined && fetcher !== null) this.#fetcher = fetcher;
    this.#connect();
  }

  get url(): string { return this.#url; }
  get withCredentials(): boolean {
    this.#url;
    return false;
  }
  get readyState(): number { return this.#readyState; }

  close(): void {
    this.#readyState = CLOSED;
    if (this.#timer !== 0) cancelHostTimer(this.#timer);
    this.#timer = 0;
    if (this.#signal !== undefined) signalAbort(this.#signal, createDOMException("AbortError", "The EventSource was closed."));
    this.#signal = undefined;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) PromisePrototypeThen(reader.cancel(undefined), undefined, ignore);
  }

  /** Reads the events of a stream of bytes; its end is the end. */
  static from(stream: unknown): EventSource {
    requireArguments(arguments.length, 1, "Failed to execute 'from' on 'EventSource'");
    if (!isReadableStream(stream)) throw new TypeError("Failed to execute 'from' on 'EventSource': parameter 1 is not of type 'ReadableStream'.");
    requireEvent();
    if (isLocked(stream)) throw new TypeError("This ReadableStream is locked.");
    if (isDisturbed(stream)) throw new TypeError("This ReadableStream has already been read from.");
    const source = new EventSource(internal);
    // Its listeners are added first.
    startHostTimer(0, () => source.#read(stream, (error) => source.#end(error ?? new Error("The server disconnected."))));
    return source;
  }

  #connect(): void {
    const signal = this.#signal = createAbortSignal();
    const headers = { __proto__: null, "accept": "text/event-stream", "cache-control": "no-cache" };
    const request = new Request(this.#url, { __proto__: null, headers, signal } as object);
    // Any text, which goes out as UTF-8: no value that a Headers object would take.
    if (this.#lastEventId !== "") appendHeader(requestHeaderList(request), "last-event-id", this.#lastEventId);
    let answer: Promise<unknown>;
    if (this.#fetcher === undefined) answer = fetch(request);
    else answer = PromiseResolve(FunctionPrototypeCall(this.#fetcher.fetch, this.#fetcher, request) as unknown);
    PromisePrototypeThen(
      answer,
      (response) => {
        if (this.#signal === signal) this.#answered(response);
      },
      (error: unknown) => {
        if (this.#signal === signal) this.#reconnect(error);
      },
    );
  }

  #answered(response: unknown): void {
    const problem = isResponse(response) ? whyUnfit(response) : "The fetcher did not answer with a Response.";
    if (problem !== undefined) return this.#end(createDOMException("AbortError", problem));
    const url = responseDetails(response as Response)?.url ?? "";
    this.#origin = originOf(url === "" ? this.#url : url);
    const body = responseBody(response as Response);
    if (body === null) return this.#reconnect(new Error("The server provided no content. Will try reconnecting."));
    this.#read(bodyStream(body), (error) => this.#reconnect(error ?? new Error("The server disconnected.")));
  }

  #read(body: ReadableStream, ended: (error: unknown) => void): void {
    if (this.#readyState === CLOSED) return;
    this.#readyState = OPEN;
    dispatch(this, trust(new Event("open")));
    // A listener may have closed it.
    if ((this.#readyState as number) === CLOSED) return;
    const reader = this.#reader = readerOf(body);
    new EventStream(reader, new EventStreamParser(this.#target(), this.#lastEventId), (error) => {
      if (this.#reader !== reader) return;
      this.#reader = undefined;
      ended(error);
    }).run();
  }

  #target(): EventStreamTarget {
    return {
      block: (type, data, lastEventId) => this.#block(type, data, lastEventId),
      retry: (milliseconds) => this.#retry(milliseconds),
    };
  }

  #reconnect(error: unknown): void {
    if (this.#readyState === CLOSED) return;
    this.#readyState = CONNECTING;
    this.#signal = undefined;
    this.#dispatchError(error);
    if ((this.#readyState as number) !== CONNECTING) return;
    this.#timer = startHostTimer(this.#reconnection, () => {
      this.#timer = 0;
      this.#connect();
    });
  }

  #end(error: unknown): void {
    if (this.#readyState === CLOSED) return;
    this.close();
    this.#dispatchError(error);
  }

  #dispatchError(error: unknown): void {
    const message = isObject(error) ? `${(error as { message?: unknown }).message as string}` : "The EventSource failed.";
    dispatch(this, trust(new ErrorEvent("error", { __proto__: null, message, error } as object)));
  }

  #block(type: string, data: string | undefined, lastEventId: string): void {
    this.#lastEventId = lastEventId;
    if (data === undefined || this.#readyState === CLOSED) return;
    dispatch(this, trust(new MessageEvent(type, { __proto__: null, data, origin: this.#origin, lastEventId } as object)));
  }

  #retry(milliseconds: number): void {
    this.#reconnection = MathMax(shortestReconnection, MathMin(longestReconnection, milliseconds));
  }
}
defineInterface("EventSource", EventSource, { CONNECTING, OPEN, CLOSED });
defineEventHandler(EventSource.prototype, "open");
defineEventHandler(EventSource.prototype, "message");
defineEventHandler(EventSource.prototype, "error");
ObjectDefineProperty(EventSource.prototype, SymbolDispose, { __proto__: null, value: EventSource.prototype.close, writable: true, configurable: true } as PropertyDescriptor);

const ignore = (): void => {};

function requireEvent(): void {
  if (currentEvent() === noEvent) throw createDOMException("NotSupportedError", "An EventSource can only be created within the context of a worker request.");
}

// https://html.spec.whatwg.org/#dom-eventsource: what is no event stream fails for good.
function whyUnfit(response: Response): string | undefined {
  if (responseStatus(response) !== 200) return `The response status code was ${responseStatus(response)}.`;
  const type = getHeader(responseHeaderList(response) ?? [], "content-type");
  if (type === null) return "No content type header was present in the response.";
  return extractMimeType(type)?.essence === "text/event-stream" ? undefined : `The content type '${type}' is invalid.`;
}

function originOf(url: string): string {
  const parsed = parseURL(url, undefined);
  return parsed === null ? "" : urlOrigin(parsed);
}
