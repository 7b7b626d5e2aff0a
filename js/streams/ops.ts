// What streams ask of the host. Bodies and sinks are described in docs/js-layer.md.
declare module "../core/ops.ts" {
  interface Ops {
    /** The next bytes, at most `max` of them; null at the end. */
    body_read(id: number, max: number): Promise<Uint8Array<ArrayBuffer> | null>;
    /** All that is left. */
    body_read_all(id: number, limit: number): Promise<Uint8Array<ArrayBuffer>>;
    /** All that is left, as UTF-8. */
    body_read_text(id: number): Promise<string>;
    body_cancel(id: number): void;
    /** A promise when the host wants to be waited for. */
    sink_write(id: number, bytes: Uint8Array): Promise<void> | undefined;
    sink_close(id: number): void;
    sink_abort(id: number, message: string): void;

    /** A coder for "gzip", "deflate", "deflate-raw" or "brotli". */
    compress_open(format: string, decompress: boolean): number;
    /** Feeds the coder. Some output, possibly empty, to be followed by `compress_more`; null when it needs more input. */
    compress_write(id: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> | null;
    /** The next output, or null when there is no more. Throws `TypeError` for malformed, incomplete or trailing input. */
    compress_more(id: number): Uint8Array<ArrayBuffer> | null;
    /** No more input comes; the same results as above. */
    compress_finish(id: number): Uint8Array<ArrayBuffer> | null;
    compress_close(id: number): void;
  }
}

export {};
