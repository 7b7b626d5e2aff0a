// What `cloudflare:sockets` asks of the host. A socket is a small integer there, until it is closed.

/** The other side's address, and this side's. */
export type Addresses = [string, string];

declare module "../core/ops.ts" {
  interface Ops {
    /** Begins to connect. */
    socket_connect(hostname: string, port: number, tls: boolean): number;
    /** Settled when the connection is open, or cannot be. */
    socket_opened(id: number): Promise<Addresses>;
    /** The next bytes, at most `max`; null when the other side has sent its last. */
    socket_read(id: number, max: number): Promise<Uint8Array<ArrayBuffer> | null>;
    /** Bytes behind those of earlier calls. A promise when the host wants to be waited for. */
    socket_write(id: number, bytes: Uint8Array): Promise<void> | undefined;
    /** Nothing more is written; settled when all that was has been sent. */
    socket_end(id: number): Promise<void>;
    /** Encrypts the connection, behind what was written. */
    socket_start_tls(id: number, serverName: string | null): Promise<Addresses>;
    /** Closes the connection once what was written has been sent. */
    socket_close(id: number): Promise<void>;
    /** Closes the connection at once. */
    socket_abort(id: number): void;
  }
}
