// What the fetch layer asks of the host. Requests, bodies, sinks and subrequests are small integers there.

/** How the body of a message travels to the host. */
export const BodyKind = { none: 0, string: 1, bytes: 2, host: 3, sink: 4 } as const;

/** A subrequest's answer: status, statusText, url, redirected, bodyId (0 none), bodyLength (-1 unknown), flat headers, and the number of the WebSocket connection it became (0 none). */
export type SubrequestAnswer = [number, string, string, boolean, number, number, string[], number];

export type OutgoingBody = string | Uint8Array | number | undefined;

/** Starts a subrequest; `redirect` is 0 follow, 1 error, 2 manual; `token` names it to `subrequest_abort`. */
export type SubrequestOp = (
  token: number,
  method: string,
  url: string,
  headers: string[],
  kind: number,
  body: OutgoingBody,
  redirect: number,
  cf: string | null,
) => Promise<SubrequestAnswer>;

declare module "../core/ops.ts" {
  interface Ops {
    /** Whether a value is a Proxy, which sees what is done to it. */
    is_proxy(value: unknown): boolean;

    request_method(id: number): string;
    request_url(id: number): string;
    /** Flat name, value, name, value…; names in lower case. */
    request_headers(id: number): string[];
    /** One header (its values joined with ", ") without making strings of the others. */
    request_header(id: number, lowerCaseName: string): string | null;
    /** The body's id, 0 for none. */
    request_body(id: number): number;
    /** The body's length, -1 when unknown. */
    request_body_length(id: number): number;
    /** `request.cf` as JSON. */
    request_cf(id: number): string | null;
    /**
     * The worker looked at `request.signal`. True: the client is gone already. Otherwise the host calls
     * `abortRequest(id)` should it go, or `requestEnded(id)` when the request is over.
     */
    request_signal(id: number): boolean;

    /**
     * `body` is by `kind`: nothing, a string that the host encodes as UTF-8, bytes, a body's id, a sink's id. With `coded` its
     * bytes are what `Content-Encoding` says already, else the host sees to that.
     */
    respond(id: number, status: number, statusText: string | undefined, headers: string[] | undefined, kind: number, body: OutgoingBody, coded: boolean): void;

    /** A sink whose bytes JavaScript writes (`sink_write`, `sink_close`, `sink_abort`). */
    sink_open(): number;

    /** To the network. */
    subrequest: SubrequestOp;
    /** Stops a subrequest, and the reading of its answer's body. */
    subrequest_abort(token: number): void;
  }
}
