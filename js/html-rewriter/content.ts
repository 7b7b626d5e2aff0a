// Content that handlers insert.
import { toDOMString, isObject } from "../core/webidl.ts";
import { bodyStream, isResponse, responseBody } from "../fetch/index.ts";
import { isReadableStream, type ReadableStream } from "../streams/index.ts";

export interface ContentOptions { html?: boolean }

/** Content in the order in which it is written. */
export interface Piece {
  readonly content: string | ReadableStream;
  readonly html: boolean;
}

/** Reads the arguments of a method that inserts content. Null: a response without body, which is no content at all. */
export function readContent(given: number, content: unknown, options: unknown, what: string): Piece | null {
  if (given === 0 || content === undefined) throw new TypeError(`${what}: parameter 1 is not of type 'string or JsReadableStream or Response'.`);
  if (options !== undefined && options !== null && !isObject(options)) throw new TypeError(`${what}: parameter 2 is not of type 'ContentOptions'.`);
  const html = options !== undefined && options !== null && !!(options as ContentOptions).html;
  if (isReadableStream(content)) return { content, html };
  if (!isResponse(content)) return { content: toDOMString(content), html };
  const body = responseBody(content);
  return body === null ? null : { content: bodyStream(body), html };
}

/** The same where only strings can be inserted. */
export function readText(given: number, content: unknown, options: unknown, what: string): Piece {
  const piece = readContent(given, content, options, what);
  if (piece === null || typeof piece.content !== "string" || isResponse(content)) {
    throw new TypeError("Replacing content in HTML comments using a ReadableStream or Response object is not implemented. You must provide a string.");
  }
  return piece;
}

/** What is to be written around a token, or in its place. */
export class Mutations {
  readonly before: Piece[] = [];
  after: Piece[] = [];
  replacement: Piece | null = null;
  removed = false;
  hasStreams = false;

  addBefore(piece: Piece): void {
    this.#note(piece);
    this.before[this.before.length] = piece;
  }

  /** What comes later is nearer to the token. */
  addAfter(piece: Piece): void {
    this.#note(piece);
    const after: Piece[] = [piece];
    for (let i = 0; i < this.after.length; i++) after[i + 1] = this.after[i]!;
    this.after = after;
  }

  replace(piece: Piece): void {
    this.#note(piece);
    this.removed = true;
    this.replacement = piece;
  }

  #note(piece: Piece): void {
    if (typeof piece.content !== "string") this.hasStreams = true;
  }
}
