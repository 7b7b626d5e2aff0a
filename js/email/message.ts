// https://developers.cloudflare.com/email-service/api/send-emails/workers-api/
import { defineInterface } from "../core/define.ts";
import { isObject, requireArguments, toUSVString } from "../core/webidl.ts";
import type { ReadableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";

/** What is to be sent; undefined when this is no message. */
export let rawOf: (message: unknown) => string | ReadableStream | undefined;

/** A message as it is on its way: the envelope, and the text with its headers. */
export class EmailMessage {
  readonly #from: string;
  readonly #to: string;
  readonly #raw: string | ReadableStream;

  constructor(from: string, to: string, raw: string | ReadableStream) {
    requireArguments(arguments.length, 3, "Failed to construct 'EmailMessage'");
    this.#from = toUSVString(from);
    this.#to = toUSVString(to);
    this.#raw = streams.loaded()?.isReadableStream(raw) ? raw : toUSVString(raw);
  }

  get from(): string {
    return this.#from;
  }

  get to(): string {
    return this.#to;
  }

  static {
    rawOf = (message) => (isObject(message) && #raw in message ? message.#raw : undefined);
  }
}
defineInterface("EmailMessage", EmailMessage);
