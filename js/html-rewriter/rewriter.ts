// https://developers.cloudflare.com/workers/runtime-apis/html-rewriter/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet } from "../core/primordials.ts";
import { isObject, toDOMString } from "../core/webidl.ts";
import { Response, bodyStream, isResponse, responseBody } from "../fetch/index.ts";
import { charsetOf } from "./charset.ts";
import { RewrittenBody } from "./document.ts";
import { Listens } from "./ops.ts";

type Field = "element" | "comments" | "text" | "doctype" | "end";

/** The handlers of one `on` or `onDocument`. */
export interface Registration {
  readonly object: unknown;
  readonly element: Function | null;
  readonly comments: Function | null;
  readonly text: Function | null;
  readonly doctype: Function | null;
  readonly end: Function | null;
}

// Selectors that the host has found good: workers make the same rewriter for each request.
const known = new Map<string, boolean>();
const mostKnown = 256;

export class HTMLRewriter {
  readonly #selectors: string[] = [];
  readonly #elements: Registration[] = [];
  readonly #documents: Registration[] = [];

  on(selector: string, handlers: unknown): this {
    this.#selectors;
    const what = "Failed to execute 'on' on 'HTMLRewriter'";
    if (arguments.length < 1) throw new TypeError(`${what}: parameter 1 is not of type 'string'.`);
    const text = toDOMString(selector);
    const registration = register(handlers, ["element", "comments", "text"], "ElementContentHandlers", `${what}: parameter 2`);
    if (!MapPrototypeGet(known, text)) {
      ops.html_selector_check(text);
      if (text.length <= 256 && MapPrototypeGetSize(known) < mostKnown) MapPrototypeSet(known, text, true);
    }
    this.#selectors[this.#selectors.length] = text;
    this.#elements[this.#elements.length] = registration;
    return this;
  }

  onDocument(handlers: unknown): this {
    this.#selectors;
    const registration = register(
      handlers,
      ["doctype", "comments", "text", "end"],
      "DocumentContentHandlers",
      "Failed to execute 'onDocument' on 'HTMLRewriter': parameter 1",
    );
    this.#documents[this.#documents.length] = registration;
    return this;
  }

  transform(response: Response): Response {
    const selectors = this.#selectors;
    if (!isResponse(response)) throw new TypeError("Failed to execute 'transform' on 'HTMLRewriter': parameter 1 is not of type 'Response'.");
    if (response.type === "error") throw new TypeError("HTMLRewriter cannot transform an error response");
    const body = responseBody(response);
    if (body === null) return response;
    const charset = charsetOf(response);
    const registrations: Registration[] = [];
    for (let i = 0; i < this.#elements.length; i++) registrations[i] = this.#elements[i]!;
    for (let i = 0; i < this.#documents.length; i++) registrations[registrations.length] = this.#documents[i]!;
    const listens = new Uint8Array(registrations.length);
    for (let i = 0; i < registrations.length; i++) listens[i] = listensTo(registrations[i]!);
    const copy: string[] = [];
    for (let i = 0; i < selectors.length; i++) copy[i] = selectors[i]!;
    const rewritten = new RewrittenBody(bodyStream(body), registrations);
    const result = new Response(rewritten.stream, response);
    rewritten.start(ops.html_open(copy, listens, charset.name, charset.upper, false));
    return result;
  }
}
defineInterface("HTMLRewriter", HTMLRewriter);

function listensTo(registration: Registration): number {
  return (registration.element === null ? 0 : Listens.element) | (registration.comments === null ? 0 : Listens.comments)
    | (registration.text === null ? 0 : Listens.text) | (registration.doctype === null ? 0 : Listens.doctype);
}

function register(handlers: unknown, fields: Field[], type: string, what: string): Registration {
  if (handlers === undefined || (handlers !== null && !isObject(handlers))) throw new TypeError(`${what} is not of type '${type}'.`);
  const registration = { __proto__: null, object: handlers, element: null, comments: null, text: null, doctype: null, end: null } as { -readonly [K in keyof Registration]: Registration[K] };
  if (handlers === null) return registration;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    const handler = (handlers as Record<string, unknown>)[field];
    if (handler === undefined) continue;
    if (typeof handler !== "function") throw new TypeError(`Incorrect type for the '${field}' field on '${type}': the provided value is not of type 'function'.`);
    registration[field] = handler;
  }
  return registration;
}
