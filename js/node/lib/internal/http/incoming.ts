// https://nodejs.org/api/http.html#class-httpincomingmessage over a web Request or Response.
import { Buffer } from "lib:buffer";
import { Readable } from "lib:stream";

// What comes twice counts once.
const single = new Set(["age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host", "if-modified-since", "if-unmodified-since", "last-modified", "location",
  "max-forwards", "proxy-authorization", "referer", "retry-after", "server", "user-agent"]);

export class IncomingMessage extends Readable {
  aborted = false;
  complete = false;
  httpVersion = "1.1";
  httpVersionMajor = 1;
  httpVersionMinor = 1;
  rawHeaders: string[] = [];
  trailers = {};
  rawTrailers: string[] = [];
  joinDuplicateHeaders = false;
  method: string | null = null;
  url = "";
  statusCode: number | null = null;
  statusMessage: string | null = null;
  socket: any;
  #reader: any;

  constructor(socket?: any) {
    super({});
    this.socket = socket ?? socketOf();
  }

  /** Takes the headers and the body of a web message; headers in `without` are left out. */
  take(message: any, without: readonly string[] = []): this {
    for (const [name, value] of message.headers) if (!without.includes(name)) this.rawHeaders.push(name, value);
    this.#reader = message.body?.getReader();
    return this;
  }

  get connection(): any { return this.socket; }

  get headers(): Record<string, any> {
    const headers: Record<string, any> = {};
    for (let i = 0; i < this.rawHeaders.length; i += 2) {
      const name = this.rawHeaders[i]!.toLowerCase();
      const value = this.rawHeaders[i + 1]!;
      if (name === "set-cookie") (headers[name] ??= []).push(value);
      else if (headers[name] === undefined) headers[name] = value;
      else if (!single.has(name)) headers[name] += (name === "cookie" ? "; " : ", ") + value;
    }
    Object.defineProperty(this, "headers", { value: headers, writable: true, configurable: true, enumerable: true });
    return headers;
  }

  set headers(headers: Record<string, any>) {
    Object.defineProperty(this, "headers", { value: headers, writable: true, configurable: true, enumerable: true });
  }

  get headersDistinct(): Record<string, string[]> {
    const headers: Record<string, string[]> = Object.create(null);
    for (let i = 0; i < this.rawHeaders.length; i += 2) (headers[this.rawHeaders[i]!.toLowerCase()] ??= []).push(this.rawHeaders[i + 1]!);
    return headers;
  }

  get trailersDistinct(): object { return Object.create(null); }

  _read(): void {
    const end = (): void => {
      this.complete = true;
      this.push(null);
    };
    if (this.#reader === undefined) {
      end();
      return;
    }
    this.#reader.read().then(({ done, value }: any) => (done ? end() : this.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))), (error: unknown) => this.destroy(error as Error));
  }

  _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.complete) {
      this.aborted = true;
      this.#reader?.cancel(error).catch(() => {});
    }
    process.nextTick(done, error);
  }

  setTimeout(_milliseconds: number, callback?: () => void): this {
    if (callback !== undefined) this.once("timeout", callback);
    return this;
  }
}

/** There is no socket to be had: what libraries ask of one. */
export function socketOf(address?: string): any {
  const EventEmitter = require("events");
  return Object.assign(new EventEmitter(), {
    remoteAddress: address ?? "127.0.0.1", remoteFamily: address?.includes(":") ? "IPv6" : "IPv4", remotePort: 0, localAddress: "127.0.0.1", localPort: 0, encrypted: false,
    readable: true, writable: true, destroyed: false, bytesRead: 0, bytesWritten: 0,
    destroy() { this.destroyed = true; return this; }, end() { return this; }, setTimeout() { return this; }, setNoDelay() { return this; }, setKeepAlive() { return this; },
    ref() { return this; }, unref() { return this; }, pause() { return this; }, resume() { return this; }, cork() {}, uncork() {}, address: () => ({}),
  });
}
