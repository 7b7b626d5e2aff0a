// What Durable Objects ask of the host. A namespace is a string: the name of its binding, or a line feed and the class of the worker's own
// whose objects it has. An object's number is that of the context of its I/O, which its code runs in.
declare module "../core/ops.ts" {
  interface Ops {
    object_id_from_name(namespace: string, jurisdiction: string | undefined, name: string): string;
    object_id_new(namespace: string, jurisdiction: string | undefined): string;
    /** The jurisdiction that is in an id, an empty string for none; undefined when the namespace did not make the id. */
    object_id_read(namespace: string, id: string): string | undefined;
    /** Has `objectSection` called with the number that it answers, as soon as the callback may run alone. */
    object_block(object: number): number;
    /** The callback of that number is done: others may run. */
    object_section_end(object: number, section: number): void;
    /** The object ends now; whoever waits for it gets the error, or an `Error` with this text. */
    object_reset(object: number, reason: unknown): void;

    /** The number of the target (as `service_fetch` takes it) that a name stands for; and whether what it is made of is to be told, by one of the next two. */
    facet_use(object: number, name: string): [facet: number, wanted: boolean];
    /** It is of this class: of the loaded worker with this number, or of the own one. The id is a `DurableObjectId` unless it is plain. */
    facet_start(
      object: number, facet: number, worker: number | undefined, className: string, props: Uint8Array | undefined,
      id: string, idName: string | undefined, jurisdiction: string | undefined, isPlain: boolean,
    ): void;
    /** It will not be. */
    facet_fail(object: number, facet: number, error: unknown): void;
    facet_abort(object: number, name: string, reason: unknown): void;
    facet_delete(object: number, name: string): void;

    /** A WebSocket that the host keeps for the object; its number. */
    object_socket_accept(object: number, tags: string[]): number;
    /** Answers the request `id` with it. */
    object_socket_connect(object: number, socket: number, id: number, statusText: string | undefined, headers: string[] | undefined, compress: boolean): void;
    object_socket_list(object: number, tag: string | undefined): number[];
    object_socket_tags(object: number, socket: number): string[];
    /** 1: the object has closed its half, 2: the peer its, 4: the connection is gone. */
    object_socket_state(object: number, socket: number): number;
    object_socket_send(object: number, socket: number, data: string | Uint8Array): void;
    object_socket_close(object: number, socket: number, code: number, reason: string): void;
    object_socket_buffered(object: number, socket: number): number;
    object_socket_attach(object: number, socket: number, bytes: Uint8Array): void;
    object_socket_attachment(object: number, socket: number): Uint8Array | undefined;
    /** A handler of the event `id` is done; with what it threw, if it did. */
    object_socket_handled(id: number, error: unknown): void;
    /** When a message was last answered automatically, in milliseconds since 1970. */
    object_socket_responded(object: number, socket: number): number | undefined;
    object_auto_response_set(object: number, request: string | undefined, response: string | undefined): void;
    object_auto_response(object: number): string[] | undefined;
    object_event_timeout_set(object: number, milliseconds: number | undefined): void;
    object_event_timeout(object: number): number | undefined;
  }
}

export {};
