// https://nodejs.org/api/net.html over connect() of cloudflare:sockets. There are no servers: workers are reached by requests.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { notImplemented } from "lib:internal/stub";
import { validateFunction, validateNumber } from "lib:internal/validators";
import { Duplex } from "lib:stream";

const { socketsModule } = internalBinding("layer");

const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
export const isIPv4 = (text: unknown): boolean => v4.test(`${text}`);
export function isIPv6(value: unknown): boolean {
  const text = `${value}`.replace(/%[\w.:-]+$/, "");
  if (!text.includes(":") || /[^\da-f:.]/i.test(text)) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  let count = groups.length;
  if (groups.at(-1)?.includes(".")) {
    if (!isIPv4(groups.pop())) return false;
    count++;
  }
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
export const isIP = (text: unknown): number => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);

/** `connect(port, host)`, `connect({ port, host })`, each with a callback. */
export function connectArguments(args: any[]): [any, any] {
  if (Array.isArray(args[0])) args = args[0];
  const callback = typeof args.at(-1) === "function" ? args.at(-1) : undefined;
  const [first, second] = args;
  if (typeof first === "object" && first !== null) return [first, callback];
  if (typeof first === "string" && Number.isNaN(Number(first))) return [{ path: first }, callback];
  return [{ port: first, ...(typeof second === "string" ? { host: second } : {}) }, callback];
}

export class Socket extends Duplex {
  connecting = false;
  bytesRead = 0;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  remoteFamily: string | undefined;
  localAddress = "0.0.0.0";
  localPort = 0;
  timeout = 0;
  server = null;
  autoSelectFamilyAttemptedAddresses: string[] = [];
  #written = 0;
  #socket: any;
  #reader: any;
  #writer: any;
  #timer: any;
  #wantsRead = false;

  constructor(options: any = {}) {
    if (typeof options === "number") options = { fd: options };
    super({ ...options, allowHalfOpen: options?.allowHalfOpen ?? false, emitClose: true, autoDestroy: true, objectMode: false, readableObjectMode: false, writableObjectMode: false, decodeStrings: true });
  }

  get bytesWritten(): number { return this.#written; }
  get bufferSize(): number { return this.writableLength; }
  get pending(): boolean { return this.#socket === undefined || this.connecting; }
  get readyState(): string {
    if (this.connecting) return "opening";
    if (this.#socket === undefined || this.destroyed) return "closed";
    return this.readable && this.writable ? "open" : this.readable ? "readOnly" : this.writable ? "writeOnly" : "closed";
  }

  /** What `connect` of cloudflare:sockets is told. */
  protected secureTransport(_options: any): string { return "off"; }
  /** The socket beneath, for a handshake later. */
  protected get native(): any { return this.#socket; }

  connect(...args: any[]): this {
    const [options, callback] = connectArguments(args);
    if (options.path !== undefined && options.port === undefined) throw notImplemented("net.Socket.connect() with a path");
    const port = Number(options.port);
    if (options.port === undefined && options.path === undefined) throw new codes.ERR_MISSING_ARGS(["options", "port", "path"]);
    if (!Number.isInteger(port) || port < 0 || port > 65535 || options.port === "") throw new codes.ERR_SOCKET_BAD_PORT("Port", options.port);
    const host = options.host ?? "localhost";
    if (typeof host !== "string") throw new codes.ERR_INVALID_ARG_TYPE("options.host", "string", host);
    if (callback !== undefined) {
      validateFunction(callback, "callback");
      this.once("connect", callback);
    }
    this.connecting = true;
    let socket: any;
    try {
      socket = socketsModule().connect({ hostname: isIPv6(host) ? `[${host}]` : host, port }, { allowHalfOpen: true, secureTransport: this.secureTransport(options) });
    } catch (error: any) {
      process.nextTick(() => this.destroy(error));
      return this;
    }
    socket.opened.then(
      (info: any) => {
        this.remoteAddress = isIP(host) ? host : /^\[?(.*?)\]?:\d+$/.exec(info?.remoteAddress ?? "")?.[1] ?? host;
        this.remotePort = port;
        this.remoteFamily = isIPv6(this.remoteAddress) ? "IPv6" : "IPv4";
        this.adopt(socket);
      },
      (error: any) => this.destroy(Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`, { cause: error }), { code: "ECONNREFUSED", errno: -111, syscall: "connect", address: host, port })),
    );
    socket.closed?.catch(() => {});
    return this;
  }

  /** Goes on over a socket that is open. */
  protected adopt(socket: any): void {
    if (this.destroyed) {
      socket.close().catch(() => {});
      return;
    }
    this.#socket = socket;
    this.#reader = socket.readable.getReader();
    this.#writer = socket.writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.connecting = false;
    this.emit("connect");
    this.emit("ready");
    if (this.#wantsRead) this._read();
  }

  /** Gives the streams up, and the socket with them. */
  protected detach(): any {
    this.#reader?.releaseLock();
    this.#writer?.releaseLock();
    const socket = this.#socket;
    this.#reader = this.#writer = this.#socket = undefined;
    return socket;
  }

  _read(): void {
    if (this.#reader === undefined) {
      this.#wantsRead = true;
      return;
    }
    this.#wantsRead = false;
    const reader = this.#reader;
    reader.read().then(
      ({ done, value }: any) => {
        if (reader !== this.#reader) return;
        if (done) {
          this.push(null);
          return;
        }
        this.bytesRead += value.byteLength;
        this.#refresh();
        this.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      },
      (error: any) => { if (reader === this.#reader) this.destroy(error); },
    );
  }

  _write(chunk: any, _encoding: string, done: (error?: unknown) => void): void {
    if (this.#writer === undefined) {
      if (!this.connecting) {
        done(new codes.ERR_SOCKET_CLOSED());
        return;
      }
      this.once("connect", () => this._write(chunk, _encoding, done));
      return;
    }
    this.#written += chunk.length;
    this.#refresh();
    this.#writer.write(new Uint8Array(chunk)).then(() => done(), (error: unknown) => done(error));
  }

  _final(done: (error?: unknown) => void): void {
    if (this.connecting) this.once("connect", () => this._final(done));
    else if (this.#writer === undefined) done();
    else this.#writer.close().then(() => done(), () => done());
  }

  _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.connecting = false;
    this.#stopTimer();
    const socket = this.#socket;
    this.#reader?.cancel().catch(() => {});
    this.#socket = undefined;
    socket?.close().catch(() => {});
    done(error);
    process.nextTick(() => this.emit("close", error !== null));
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) require("timers").clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #refresh(): void {
    this.#timer?.refresh();
  }

  setTimeout(milliseconds: any, callback?: any): this {
    validateNumber(milliseconds, "msecs", 0);
    this.timeout = milliseconds;
    this.#stopTimer();
    if (milliseconds > 0) this.#timer = require("timers").setTimeout(() => this.emit("timeout"), milliseconds);
    if (callback !== undefined) {
      validateFunction(callback, "callback");
      if (milliseconds > 0) this.once("timeout", callback);
      else this.removeListener("timeout", callback);
    }
    return this;
  }

  address(): object { return this.remoteAddress === undefined ? {} : { address: this.localAddress, family: "IPv4", port: this.localPort }; }
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  resetAndDestroy(): this { return this.destroy() as this; }
  setNoDelay(): this { return this; }
  setKeepAlive(): this { return this; }
  getTypeOfService(): number { return 0; }
  setTypeOfService(): this { return this; }
  ref(): this { return this; }
  unref(): this { return this; }
}

export const connect = (...args: any[]): any => {
  const [options, callback] = connectArguments(args);
  const socket = new Socket(options);
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(options, ...(callback === undefined ? [] : [callback]));
};

export class BlockList {
  constructor() { throw notImplemented("net.BlockList"); }
}
export class SocketAddress {
  constructor() { throw notImplemented("net.SocketAddress"); }
}
export class Server {
  constructor() { throw notImplemented("net.Server"); }
}
