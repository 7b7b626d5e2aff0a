// https://nodejs.org/api/http.html#class-httpserver: what `listen` names is reached through `httpServerHandler` of cloudflare:node.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import EventEmitter from "lib:events";
import { IncomingMessage, socketOf } from "lib:internal/http/incoming";
import { OutgoingMessage } from "lib:internal/http/message";
import { statusTexts } from "lib:internal/http/names";
import { validateFunction } from "lib:internal/validators";

const { global } = internalBinding("layer");
const { ReadableStream, Response, URL } = global;

export class ServerResponse extends OutgoingMessage {
  statusCode = 200;
  statusMessage: string | undefined = undefined;
  req: any;
  #answer: ((response: any) => void) | undefined;
  #controller: any;
  #wanted: (() => void) | undefined;

  constructor(request: any, options?: any) {
    super(options);
    this.req = request;
    this.socket = request?.socket ?? null;
    this.#answer = options?.answer;
  }

  writeHead(status: any, reason?: any, headers?: any): this {
    this.requireUnsent("write");
    status |= 0;
    if (status < 100 || status > 999) throw new codes.ERR_HTTP_INVALID_STATUS_CODE(status);
    if (typeof reason !== "string") [reason, headers] = [undefined, headers ?? reason];
    this.statusCode = status;
    this.statusMessage = reason ?? this.statusMessage ?? statusTexts[status] ?? "unknown";
    if (Array.isArray(headers)) {
      for (let i = 0; i < headers.length; i += Array.isArray(headers[i]) ? 1 : 2) {
        if (Array.isArray(headers[i])) this.appendHeader(headers[i][0], headers[i][1]);
        else this.appendHeader(headers[i], headers[i + 1]);
      }
    } else if (headers) {
      for (const name of Object.keys(headers)) if (headers[name] !== undefined) this.setHeader(name, headers[name]);
    }
    this.#named = true;
    return this;
  }

  #named = false;

  writeHeader(...args: [any, any?, any?]): this { return this.writeHead(...args); }
  flushHeaders(): void { this.#send(undefined); }
  writeContinue(): void {}
  writeProcessing(): void {}
  writeEarlyHints(): void {}
  assignSocket(): void {}
  detachSocket(): void {}

  get #hasNoBody(): boolean { return this.req?.method === "HEAD" || this.statusCode === 204 || this.statusCode === 304 || this.statusCode < 200; }

  // The head, with the whole body when there is one already.
  #send(whole: Uint8Array | undefined): void {
    if (this.headersSent) return;
    if (!this.#named) this.statusMessage ??= statusTexts[this.statusCode] ?? "unknown";
    const headers = this.webHeaders();
    headers.delete("transfer-encoding");
    headers.delete("connection");
    headers.delete("keep-alive");
    this.headersSent = true;
    const body = this.#hasNoBody ? null : whole ?? new ReadableStream({
      start: (controller: any) => { this.#controller = controller; },
      pull: () => {
        const wanted = this.#wanted;
        this.#wanted = undefined;
        wanted?.();
      },
      cancel: (reason: unknown) => void this.destroy(reason instanceof Error ? reason : undefined),
    }, { highWaterMark: 1 });
    // What the worker wrote is what goes out, encoded or not.
    this.#answer?.(new Response(body, { status: this.statusCode, statusText: this.statusMessage, headers, encodeBody: headers.has("content-encoding") ? "manual" : "automatic" }));
  }

  _write(chunk: any, _encoding: string, done: () => void): void {
    // A body that ends in the same turn goes out whole.
    if (!this.headersSent && this.finished) {
      this.body.push(chunk);
      done();
      return;
    }
    this.#send(undefined);
    if (this.#hasNoBody || this.#controller === undefined) {
      done();
      return;
    }
    this.#controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice());
    if (this.#controller.desiredSize > 0) done();
    else this.#wanted = done;
  }

  end(...args: any[]): this {
    // `write` must know that nothing follows.
    const [chunk] = args;
    if (!this.headersSent && !this.finished && chunk !== undefined && chunk !== null && typeof chunk !== "function") {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, typeof args[1] === "string" ? args[1] : "utf8") : chunk;
      if (ArrayBuffer.isView(bytes)) {
        this.body.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        return super.end(args.find((each) => typeof each === "function"));
      }
    }
    return super.end(...(args as [any?, any?, any?]));
  }

  _final(done: () => void): void {
    if (!this.headersSent) this.#send(Buffer.concat(this.body));
    else this.#controller?.close();
    done();
  }

  _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished) {
      if (!this.headersSent) this.#answer?.(new Response("Internal Server Error", { status: 500 }));
      else this.#controller?.error(error ?? new Error("The response was cut off."));
    }
    done(error);
  }
}

const listening = new Map<number, Server>();
let nextPort = 49152;

export class Server extends EventEmitter {
  httpAllowHalfOpen = true;
  timeout = 0;
  headersTimeout = 60_000;
  requestTimeout = 300_000;
  keepAliveTimeout = 5000;
  maxHeadersCount = null;
  maxRequestsPerSocket = 0;
  connectionsCheckingInterval = 30_000;
  #port: number | undefined;
  #options: any;

  constructor(options?: any, listener?: any) {
    super();
    if (typeof options === "function") [options, listener] = [{}, options];
    this.#options = options ?? {};
    if (listener !== undefined && listener !== null) {
      validateFunction(listener, "requestListener");
      this.on("request", listener);
    }
  }

  get listening(): boolean { return this.#port !== undefined; }

  listen(...args: any[]): this {
    const callback = args.find((each) => typeof each === "function");
    const first = args[0];
    let port = typeof first === "object" && first !== null ? first.port : first;
    if (port !== undefined && typeof port !== "function") port = Number(port);
    if (port === undefined || typeof port === "function" || port === 0) port = nextPort++;
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new codes.ERR_SOCKET_BAD_PORT("options.port", first);
    if (this.#port !== undefined) throw new codes.ERR_SERVER_ALREADY_LISTEN();
    if (listening.has(port)) throw Object.assign(new Error(`listen EADDRINUSE: address already in use :::${port}`), { code: "EADDRINUSE", errno: -98, syscall: "listen", port });
    this.#port = port;
    listening.set(port, this);
    if (callback !== undefined) this.once("listening", callback);
    process.nextTick(() => this.emit("listening"));
    return this;
  }

  address(): object | null { return this.#port === undefined ? null : { port: this.#port, family: "IPv4", address: "127.0.0.1" }; }

  close(callback?: (error?: Error) => void): this {
    if (this.#port === undefined) {
      if (callback !== undefined) process.nextTick(callback, new codes.ERR_SERVER_NOT_RUNNING());
      return this;
    }
    listening.delete(this.#port);
    this.#port = undefined;
    if (callback !== undefined) this.once("close", callback);
    process.nextTick(() => this.emit("close"));
    return this;
  }

  closeAllConnections(): void {}
  closeIdleConnections(): void {}
  setTimeout(): this { return this; }
  ref(): this { return this; }
  unref(): this { return this; }
  [Symbol.asyncDispose](): Promise<void> { return new Promise((resolve) => this.close(() => resolve())); }

  handle(request: any, env?: unknown, ctx?: unknown): Promise<any> {
    return new Promise((answer) => {
      const url = new URL(request.url);
      const Incoming = this.#options.IncomingMessage ?? IncomingMessage;
      const Answer = this.#options.ServerResponse ?? ServerResponse;
      const incoming = new Incoming(socketOf(request.headers.get("cf-connecting-ip") ?? undefined)).take(request);
      if (!request.headers.has("host")) incoming.rawHeaders.push("host", url.host);
      incoming.method = request.method;
      incoming.url = url.pathname + url.search;
      Object.assign(incoming, { cloudflare: { env, ctx, cf: request.cf } });
      Object.defineProperty(incoming, "cloudflare", { enumerable: false });
      if (request.body === null) incoming.complete = true;
      const outgoing = new Answer(incoming, { answer });
      this.emit("request", incoming, outgoing);
    });
  }
}

/** The server that listens on a port. */
export function serverAt(port: number): Server {
  const server = listening.get(port);
  if (server === undefined) throw Object.assign(new Error(`Http server with port ${port} not found. This is likely a bug with your code. You should check if server.listen() was called with the same port (${port})`), { code: "ERR_INVALID_ARG_VALUE" });
  return server;
}
