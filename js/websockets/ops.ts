// What WebSockets ask of the host. A connection is a small integer there.
declare module "../core/ops.ts" {
  interface Ops {
    /**
     * Answers the request `id` with a connection of its own: its number. The host calls `webSocketMessage`,
     * `webSocketClosed` and `webSocketLost` with it once it was accepted.
     */
    respond_websocket(id: number, statusText: string | undefined, headers: string[] | undefined, compress: boolean): number;
    /** Answers the request `id` with the connection `socket`, which the worker had from a subrequest. */
    respond_websocket_pipe(id: number, statusText: string | undefined, headers: string[] | undefined, socket: number): void;
    /** Messages are wanted. */
    websocket_accept(socket: number): void;
    websocket_send(socket: number, data: string | Uint8Array): void;
    /** Sends the close frame; 1005 stands for one without a code. */
    websocket_close(socket: number, code: number, reason: string): void;
    /** Bytes that the peer has still to take. */
    websocket_buffered(socket: number): number;
    /** Has `webSocketDeliver` called with the number in a task of its own. */
    websocket_deliver(end: number): void;
  }
}

export {};
