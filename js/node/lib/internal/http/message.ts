// https://nodejs.org/api/http.html#class-httpoutgoingmessage: headers and body on their way out.
import { codes } from "lib:internal/codes";
import { validateString } from "lib:internal/validators";
import { Writable } from "lib:stream";

const token = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const badValue = /[^\t\x20-\x7e\x80-\xff]/;

export function validateHeaderName(name: any, label = "Header name"): void {
  if (typeof name !== "string" || !token.test(name)) throw new codes.ERR_INVALID_HTTP_TOKEN(label, name);
}

export function validateHeaderValue(name: string, value: any): void {
  if (value === undefined) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (badValue.test(Array.isArray(value) ? value.join("") : `${value}`)) throw new codes.ERR_INVALID_CHAR("header content", name);
}

export class OutgoingMessage extends Writable {
  #headers = new Map<string, { name: string; value: any }>();
  headersSent = false;
  sendDate = true;
  shouldKeepAlive = true;
  chunkedEncoding = false;
  finished = false;
  socket: any = null;
  protected body: any[] = [];

  constructor(options?: object) { super({ ...options, decodeStrings: true }); }

  get connection(): any { return this.socket; }
  get _headers(): object { return this.getHeaders(); }

  protected requireUnsent(action: string): void {
    if (this.headersSent) throw new codes.ERR_HTTP_HEADERS_SENT(action);
  }

  setHeader(name: any, value: any): this {
    this.requireUnsent("set");
    validateHeaderName(name);
    validateHeaderValue(name, value);
    this.#headers.set(name.toLowerCase(), { name, value });
    return this;
  }

  setHeaders(headers: any): this {
    this.requireUnsent("set");
    if (typeof headers?.[Symbol.iterator] !== "function" || Array.isArray(headers)) throw new codes.ERR_INVALID_ARG_TYPE("headers", ["Headers", "Map"], headers);
    const cookies: string[] = [];
    for (const [name, value] of headers) {
      if (name.toLowerCase() === "set-cookie") cookies.push(...(Array.isArray(value) ? value : [value]));
      else this.setHeader(name, value);
    }
    if (cookies.length > 0) this.setHeader("set-cookie", cookies);
    return this;
  }

  appendHeader(name: any, value: any): this {
    this.requireUnsent("append");
    const known = this.getHeader(name);
    return this.setHeader(name, known === undefined ? value : [...(Array.isArray(known) ? known : [known]), ...(Array.isArray(value) ? value : [value])]);
  }

  getHeader(name: any): any {
    validateString(name, "name");
    return this.#headers.get(name.toLowerCase())?.value;
  }

  hasHeader(name: any): boolean {
    validateString(name, "name");
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: any): void {
    validateString(name, "name");
    this.requireUnsent("remove");
    this.#headers.delete(name.toLowerCase());
  }

  getHeaderNames(): string[] { return [...this.#headers.keys()]; }
  getRawHeaderNames(): string[] { return [...this.#headers.values()].map(({ name }) => name); }
  getHeaders(): Record<string, any> {
    const headers = Object.create(null);
    for (const [name, { value }] of this.#headers) headers[name] = value;
    return headers;
  }

  protected webHeaders(): any {
    const headers = new (internalBinding("layer").global.Headers)();
    for (const [name, { value }] of this.#headers) {
      for (const each of Array.isArray(value) && name !== "cookie" ? value : [Array.isArray(value) ? value.join("; ") : value]) headers.append(name, `${each}`);
    }
    return headers;
  }

  _write(chunk: any, _encoding: string, done: () => void): void {
    this.body.push(chunk);
    done();
  }

  write(chunk: any, ...rest: any[]): boolean {
    if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
    if (typeof chunk !== "string" && !ArrayBuffer.isView(chunk)) throw new codes.ERR_INVALID_ARG_TYPE("chunk", ["string", "Buffer", "Uint8Array"], chunk);
    return super.write(chunk, ...rest);
  }

  end(chunk?: any, encoding?: any, callback?: any): this {
    if (this.finished) return this;
    if (typeof chunk === "function") [chunk, encoding, callback] = [undefined, undefined, chunk];
    else if (typeof encoding === "function") [encoding, callback] = [undefined, encoding];
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
    this.finished = true;
    return super.end(callback);
  }

  addTrailers(): void {}
  flushHeaders(): void {}
  setTimeout(_milliseconds?: number, callback?: () => void): this {
    if (callback !== undefined) this.once("timeout", callback);
    return this;
  }

  cork(): void {}
  uncork(): void {}
}
