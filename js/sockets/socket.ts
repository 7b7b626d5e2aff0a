// https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseReject, PromiseWithResolvers } from "../core/primordials.ts";
import { isBufferSource, isObject, requireArguments, toDictionary, toDOMString, toUSVString } from "../core/webidl.ts";
import {
  type Done,
  HostBytes,
  type ReadableStream,
  type Sink,
  type WritableStream,
  cancelReadable,
  closeWritable,
  createByteStream,
  createWritable,
  errorReadable,
  errorWritable,
  isLocked,
  isWritableLocked,
  markHandled,
} from "../streams/index.ts";
import { type SocketAddress, toAddress } from "./address.ts";
import { type Addresses } from "./ops.ts";

type SecureTransport = "off" | "on" | "starttls";

export interface SocketOptions { allowHalfOpen?: unknown; secureTransport?: unknown }
interface TlsOptions { expectedServerHostname?: unknown }
interface SocketInfo { remoteAddress: string; localAddress: string }

/** What both directions of a connection share. After `startTls()` another object takes the connection over. */
class Connection {
  readonly id: number;
  readonly allowHalfOpen: boolean;
  readonly opened: Promise<SocketInfo>;
  readonly closed = PromiseWithResolvers<void>();
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
  /** Closed, failed, or taken over: the host is asked nothing more. */
  over = false;
  #readToEnd = false;
  #written = false;

  constructor(id: number, allowHalfOpen: boolean, opening: Promise<Addresses>) {
    this.id = id;
    this.allowHalfOpen = allowHalfOpen;
    this.opened = PromisePrototypeThen(opening, (addresses: Addresses) => ({ remoteAddress: addresses[0], localAddress: addresses[1] }));
    this.readable = createByteStream(new Incoming(this));
    this.writable = createWritable(new Outgoing(this));
    markHandled(this.closed.promise);
    PromisePrototypeThen(this.opened, undefined, (error: unknown) => this.fail(error));
  }

  /** The other side has sent its last byte, or nobody here wants more. */
  readEnded(): void {
    this.#readToEnd = true;
    if (this.#written) markHandled(this.close());
    else if (!this.allowHalfOpen) closeWritable(this.writable);
  }

  /** This side has. */
  writeEnded(): void {
    this.#written = true;
    if (this.#readToEnd) markHandled(this.close());
  }

  fail(error: unknown): void {
    if (this.over) return;
    this.over = true;
    ops.socket_abort(this.id);
    this.#end(error);
  }

  close(): Promise<void> {
    if (!this.over) {
      this.over = true;
      PromisePrototypeThen(ops.socket_close(this.id), () => this.closed.resolve(undefined), (error: unknown) => this.closed.reject(error));
      cancelReadable(this.readable, undefined);
      closeWritable(this.writable);
    }
    return this.closed.promise;
  }

  /** The connection goes on in another socket, from the end of its handshake on. */
  handOver(secured: Promise<unknown>): void {
    this.over = true;
    cancelReadable(this.readable, undefined);
    closeWritable(this.writable);
    PromisePrototypeThen(secured, () => this.closed.resolve(undefined), (error: unknown) => this.closed.reject(error));
  }

  #end(error: unknown): void {
    errorReadable(this.readable, error);
    errorWritable(this.writable, error);
    this.closed.reject(error);
  }
}

class Incoming extends HostBytes {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
  }

  protected read(max: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const connection = this.#connection;
    return PromisePrototypeThen(
      ops.socket_read(connection.id, max),
      (bytes: Uint8Array<ArrayBuffer> | null) => {
        if (bytes === null && !connection.over) connection.readEnded();
        return bytes;
      },
      (error: unknown) => {
        connection.fail(error);
        throw error;
      },
    );
  }

  cancel(): void {
    if (!this.#connection.over) this.#connection.readEnded();
  }
}

class Outgoing implements Sink {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  write(chunk: unknown): Done {
    if (!isBufferSource(chunk)) {
      throw new TypeError(
        typeof chunk === "string"
          ? "This socket's writable side takes bytes, but received a string. If you wish to write a string, explicitly UTF-8-encode it with TextEncoder."
          : "This socket's writable side takes bytes: an ArrayBuffer or a view of one.",
      );
    }
    return this.#watch(ops.socket_write(this.#connection.id, viewBytes(chunk)));
  }

  close(): Done {
    const connection = this.#connection;
    if (connection.over) return undefined;
    return this.#watch(PromisePrototypeThen(ops.socket_end(connection.id), () => connection.writeEnded()));
  }

  abort(reason: unknown): void {
    this.#connection.fail(reason);
  }

  #watch(done: Promise<unknown> | undefined): Done {
    if (done !== undefined) PromisePrototypeThen(done, undefined, (error: unknown) => this.#connection.fail(error));
    return done;
  }
}

let creating: Connection | undefined;
let creatingTransport: SecureTransport = "off";

export class Socket {
  readonly #connection: Connection;
  readonly #transport: SecureTransport;
  #upgraded = false;

  constructor() {
    if (creating === undefined) throw new TypeError("Illegal constructor");
    this.#connection = creating;
    this.#transport = creatingTransport;
    creating = undefined;
  }

  get readable(): ReadableStream { return this.#connection.readable; }
  get writable(): WritableStream { return this.#connection.writable; }
  get opened(): Promise<SocketInfo> { return this.#connection.opened; }
  get closed(): Promise<void> { return this.#connection.closed.promise; }
  get upgraded(): boolean { return this.#upgraded; }
  get secureTransport(): SecureTransport { return this.#transport; }

  close(): Promise<void> {
    return isObject(this) && #connection in this ? this.#connection.close() : PromiseReject(new TypeError("Illegal invocation"));
  }

  startTls(options: TlsOptions | undefined = undefined): Socket {
    const connection = this.#connection;
    if (this.#transport === "on") throw new TypeError("Cannot startTls on a TLS socket.");
    if (this.#transport === "off") throw new TypeError("The `secureTransport` socket option must be set to 'starttls' for startTls to be used.");
    if (this.#upgraded) throw new TypeError("Cannot startTls twice on the same socket.");
    if (connection.over) throw new TypeError("The socket has been closed.");
    const { expectedServerHostname } = toDictionary<TlsOptions>(options, "Failed to execute 'startTls' on 'Socket'");
    const name = expectedServerHostname === undefined ? null : toUSVString(expectedServerHostname);
    if (isLocked(connection.readable) || isWritableLocked(connection.writable)) {
      throw new TypeError("The socket's streams are locked. Release their reader and writer before startTls().");
    }
    const opening = ops.socket_start_tls(connection.id, name);
    this.#upgraded = true;
    connection.handOver(opening);
    return create(connection.id, "on", connection.allowHalfOpen, opening);
  }
}
defineInterface("Socket", Socket);

function create(id: number, transport: SecureTransport, allowHalfOpen: boolean, opening: Promise<Addresses>): Socket {
  creating = new Connection(id, allowHalfOpen, opening);
  creatingTransport = transport;
  return new Socket();
}

/** `connect` of `cloudflare:sockets`. */
export function connect(address: SocketAddress | string, options: SocketOptions | undefined = undefined): Socket {
  requireArguments(arguments.length, 1, "Failed to execute 'connect'");
  const { hostname, port } = toAddress(address);
  const { allowHalfOpen, secureTransport } = toDictionary<SocketOptions>(options, "Failed to execute 'connect'");
  const transport = secureTransport === undefined ? "off" : toDOMString(secureTransport);
  if (transport !== "off" && transport !== "on" && transport !== "starttls") {
    throw new TypeError(`Unsupported value in secureTransport socket option: ${transport}`);
  }
  const id = ops.socket_connect(hostname, port, transport === "on");
  return create(id, transport, !!allowHalfOpen, ops.socket_opened(id));
}
