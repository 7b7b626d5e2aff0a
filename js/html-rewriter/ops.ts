// What HTMLRewriter asks of the host, which parses, matches and writes; JavaScript runs the handlers. Tokens come in
// batches (records.ts) and what handlers did to them goes back in batches (edits.ts).
declare module "../core/ops.ts" {
  interface Ops {
    /** Throws `TypeError` for a selector that cannot be used. */
    html_selector_check(selector: string): void;
    /**
     * Opens a document. `registrations` has a byte for each selector, and after them one for each `onDocument`: what it
     * listens to. `upper` is what the bytes from 128 on mean in a single-byte encoding, else null.
     */
    html_open(selectors: string[], registrations: Uint8Array, encoding: string, upper: string | null, esiIsVoid: boolean): number;
    /** Adds input that is then to be read; null is its end. */
    html_write(id: number, bytes: Uint8Array | null): void;
    /** Reads on. Without tokens: whether that was all of the input. */
    html_read(id: number): TokenRecords | boolean;
    /** Writes the document up to the last edit; the output, or null for none. */
    html_apply(id: number, edits: Uint8Array, text: string): Uint8Array<ArrayBuffer> | null;
    /** Converts a piece of content that comes as a stream of UTF-8. */
    html_convert(id: number, bytes: Uint8Array, html: boolean, last: boolean): Uint8Array<ArrayBuffer>;
    html_close(id: number): void;
  }
}

/** The text of all tokens, their numbers, whether that is all of the input, and what ended the reading. */
export type TokenRecords = [string, ArrayBuffer, boolean, Error | null];

/** What a registration listens to. */
export const Listens = { element: 1, comments: 2, text: 4, doctype: 8 } as const;
