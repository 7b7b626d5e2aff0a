// https://nodejs.org/api/http.html#class-httpclientrequest over fetch.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { connResetException } from "lib:internal/errors";
import { IncomingMessage, socketOf } from "lib:internal/http/incoming";
import { OutgoingMessage } from "lib:internal/http/message";
import { urlToHttpOptions } from "lib:internal/url";
import { validateFunction, validateInteger } from "lib:internal/validators";

const { global } = internalBinding("layer");
const { AbortController, fetch, URL } = global;
const methodToken = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
// The body that fetch gives is decoded already.
const decoded = ["content-encoding", "transfer-encoding"];

export class ClientRequest extends OutgoingMessage {
  method: string;
  path: string;
  host: string;
  protocol: string;
  agent: any;
  aborted = false;
  reusedSocket = false;
  maxHeadersCount = null;
  res: any = null;
  #url: string;
  #abort = new AbortController();
  #timer: any;

  constructor(input: any, options: any, callback: any, defaults: { protocol: string; agent: any }) {
    super();
    if (typeof input === "string") input = urlToHttpOptions(new URL(input));
    else if (input instanceof URL) input = urlToHttpOptions(input);
    else [callback, options, input] = [options, input, null];
    if (typeof options === "function") [callback, options] = [options, input ?? {}];
    else options = Object.assign(input ?? {}, options);

    this.agent = options.agent === undefined || options.agent === null || options.agent === false ? defaults.agent : options.agent;
    this.protocol = options.protocol || this.agent.protocol || defaults.protocol;
    const expected = options._defaultAgent?.protocol ?? this.agent.protocol ?? defaults.protocol;
    if (this.protocol !== expected) throw new codes.ERR_INVALID_PROTOCOL(this.protocol, expected);
    if (options.path !== undefined && options.path !== null && /[^\x21-\xff]/.test(options.path)) throw new codes.ERR_UNESCAPED_CHARACTERS("Request path");
    for (const name of ["hostname", "host"]) {
      const value = options[name];
      if (value !== null && value !== undefined && typeof value !== "string") throw new codes.ERR_INVALID_ARG_TYPE(`options.${name}`, ["string", "undefined", "null"], value);
    }
    const method = options.method ?? "GET";
    if (typeof method !== "string") throw new codes.ERR_INVALID_ARG_TYPE("options.method", "string", method);
    if (!methodToken.test(method)) throw new codes.ERR_INVALID_HTTP_TOKEN("Method", method);
    this.method = method.toUpperCase();
    this.path = options.path || "/";
    this.host = options.hostname || options.host || "localhost";
    const standard = this.protocol === "https:" ? 443 : 80;
    const port = options.port || options.defaultPort || standard;
    const host = this.host.includes(":") && !this.host.startsWith("[") ? `[${this.host}]` : this.host;
    this.#url = new URL(this.path.startsWith("/") || this.path.startsWith("?") ? this.path : `/${this.path}`, `${this.protocol}//${host}${Number(port) === standard ? "" : `:${port}`}`).href;

    const headers = options.headers;
    if (Array.isArray(headers)) {
      for (let i = 0; i < headers.length; i += Array.isArray(headers[i]) ? 1 : 2) {
        if (Array.isArray(headers[i])) this.appendHeader(headers[i][0], headers[i][1]);
        else this.appendHeader(headers[i], headers[i + 1]);
      }
    } else if (headers) {
      if (typeof headers[Symbol.iterator] === "function") this.setHeaders(headers);
      else for (const name of Object.keys(headers)) this.setHeader(name, headers[name]);
    }
    if (!this.hasHeader("host") && options.setHost !== false) this.setHeader("Host", Number(port) === standard ? host : `${host}:${port}`);
    if (options.auth && !this.hasHeader("authorization")) this.setHeader("Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`);
    if (callback !== undefined && callback !== null) {
      validateFunction(callback, "callback");
      this.once("response", callback);
    }
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    if (options.signal) {
      const stop = (): void => void this.destroy(Object.assign(new Error("The operation was aborted"), { name: "AbortError", code: "ABORT_ERR", cause: options.signal.reason }));
      if (options.signal.aborted) process.nextTick(stop);
      else options.signal.addEventListener("abort", stop, { once: true });
    }
    this.socket = socketOf();
    process.nextTick(() => {
      if (!this.destroyed) this.emit("socket", this.socket);
    });
  }

  _final(done: (error?: Error) => void): void {
    this.headersSent = true;
    const hasBody = this.method !== "GET" && this.method !== "HEAD" && this.body.length > 0;
    const headers = this.webHeaders();
    headers.delete("host");
    headers.delete("connection");
    fetch(this.#url, { method: this.method, headers, body: hasBody ? Buffer.concat(this.body) : undefined, redirect: "manual", signal: this.#abort.signal }).then(
      (response: any) => this.#answered(response),
      (error: any) => { if (!this.destroyed) this.destroy(error); },
    );
    done();
  }

  #answered(response: any): void {
    this.#stopTimer();
    if (this.destroyed) return;
    const message = new IncomingMessage(this.socket).take(response, response.headers.has("content-encoding") ? [...decoded, "content-length"] : decoded);
    message.statusCode = response.status;
    message.statusMessage = response.statusText;
    (message as any).req = this;
    this.res = message;
    message.once("close", () => this.destroy());
    // Nobody listens: nobody will read it.
    if (!this.emit("response", message)) message.resume();
  }

  #stopTimer(): void {
    require("timers").clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  setTimeout(milliseconds = 0, callback?: () => void): this {
    validateInteger(milliseconds, "msecs", 0);
    if (callback !== undefined) this.once("timeout", callback);
    this.#stopTimer();
    if (milliseconds > 0) this.#timer = require("timers").setTimeout(() => this.emit("timeout"), milliseconds);
    return this;
  }

  _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stopTimer();
    if (this.res === null) {
      this.#abort.abort();
      error ??= connResetException("socket hang up");
    }
    done(error);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit("abort"));
    this.destroy();
  }

  onSocket(): void {}
  clearTimeout(callback?: () => void): void { this.setTimeout(0, callback); }
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
}
