// Tracing (https://developers.cloudflare.com/workers/observability/traces/) of an invocation that is not traced: spans nest and
// run their callbacks, and record nothing. Nothing traces invocations yet.
import { runInAsyncContext } from "../core/async-context.ts";
import { frameValue, frameWith } from "../core/async-frame.ts";
import { defineInterface } from "../core/define.ts";
import { ArrayPrototypeUnshift, ObjectDefineProperty } from "../core/primordials.ts";
import { isObject, requireArguments, toCallback, toDOMString } from "../core/webidl.ts";

const token = { __proto__: null };
const activeSpan = { __proto__: null };
let isSpan: (value: unknown) => value is Span;

export class Span {
  #brand = true;

  constructor(key: unknown = undefined) {
    if (key !== token) throw new TypeError("Illegal constructor");
  }

  get isTraced(): boolean {
    this.#brand;
    return false;
  }

  /** Undefined: only a traced span has an identity. */
  spanContext(): undefined {
    this.#brand;
  }

  setAttribute(key: unknown, value: unknown): this {
    this.#brand;
    requireArguments(arguments.length, 2, "Failed to execute 'setAttribute' on 'Span'");
    toDOMString(key);
    void value;
    return this;
  }

  setAttributes(attributes: unknown): this {
    this.#brand;
    requireArguments(arguments.length, 1, "Failed to execute 'setAttributes' on 'Span'");
    if (!isObject(attributes)) throw new TypeError("Failed to execute 'setAttributes' on 'Span': parameter 1 is not of type 'object'.");
    return this;
  }

  recordException(exception: unknown): void {
    this.#brand;
    requireArguments(arguments.length, 1, "Failed to execute 'recordException' on 'Span'");
    void exception;
  }

  updateName(name: unknown): this {
    this.#brand;
    requireArguments(arguments.length, 1, "Failed to execute 'updateName' on 'Span'");
    toDOMString(name);
    return this;
  }

  setStatus(status: unknown): this {
    this.#brand;
    requireArguments(arguments.length, 1, "Failed to execute 'setStatus' on 'Span'");
    const code = isObject(status) ? (status as { code?: unknown }).code : undefined;
    if (code !== "unset" && code !== "ok" && code !== "error") throw new TypeError(`Failed to execute 'setStatus' on 'Span': the code must be "unset", "ok" or "error".`);
    return this;
  }

  end(): void {
    this.#brand;
  }

  static {
    isSpan = (value): value is Span => isObject(value) && #brand in value;
  }
}
defineInterface("Span", Span);

/** `tracing` of `cloudflare:workers`, `ctx.tracing`. */
export class Tracing {
  #brand = true;
  declare Span: typeof Span;

  constructor(key: unknown = undefined) {
    if (key !== token) throw new TypeError("Illegal constructor");
  }

  /** Calls `callback(span, ...args)` in a new span that ends with it. */
  enterSpan(name: unknown, callback: unknown, ...args: unknown[]): unknown {
    this.#brand;
    return runInNewSpan("enterSpan", arguments.length, name, callback, args);
  }

  /** As `enterSpan`, but the callback ends the span. */
  startActiveSpan(name: unknown, callback: unknown, ...args: unknown[]): unknown {
    this.#brand;
    return runInNewSpan("startActiveSpan", arguments.length, name, callback, args);
  }

  startSpan(name: unknown): Span {
    this.#brand;
    requireArguments(arguments.length, 1, "Failed to execute 'startSpan' on 'Tracing'");
    toDOMString(name);
    return new Span(token);
  }

  getActiveSpan(): Span {
    this.#brand;
    return frameValue(activeSpan) as Span | undefined ?? root;
  }

  withActiveSpan(span: unknown, callback: unknown, ...args: unknown[]): unknown {
    this.#brand;
    const what = "Failed to execute 'withActiveSpan' on 'Tracing'";
    requireArguments(arguments.length, 2, what);
    if (!isSpan(span)) throw new TypeError(`${what}: parameter 1 is not of type 'Span'.`);
    return runInAsyncContext(frameWith(activeSpan, span), toCallback(callback, what), undefined, args);
  }
}
defineInterface("Tracing", Tracing);
ObjectDefineProperty(Tracing.prototype, "Span", { __proto__: null, value: Span, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);

function runInNewSpan(method: string, given: number, name: unknown, callback: unknown, args: unknown[]): unknown {
  const what = `Failed to execute '${method}' on 'Tracing'`;
  requireArguments(given, 2, what);
  toDOMString(name);
  const span = new Span(token);
  ArrayPrototypeUnshift(args, span);
  return runInAsyncContext(frameWith(activeSpan, span), toCallback(callback, what), undefined, args);
}

const root = new Span(token);
export const tracing = new Tracing(token);
