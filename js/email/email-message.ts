// https://developers.cloudflare.com/email-routing/email-workers/runtime-api/#emailmessage-definition
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { PromiseResolve } from "../core/primordials.ts";
import { isBufferSource, isObject, requireArguments, toDOMString, toUSVString } from "../core/webidl.ts";
import { utf8Encode } from "../encoding/index.ts";
import { isReadableStream, readAllBytes, type ReadableStream } from "../streams/index.ts";

type Raw = ReadableStream | string | ArrayBuffer | ArrayBufferView;

export let isEmailMessage: (value: unknown) => value is EmailMessage;
/** The message's bytes. */
export let contentOf: (message: EmailMessage) => Promise<Uint8Array>;

/** A message may have so many bytes. */
const mostBytes = 25 * 1024 * 1024;

export class EmailMessage {
  #from: string;
  #to: string;
  #raw: Raw;

  constructor(from: string, to: string, raw: Raw) {
    requireArguments(arguments.length, 3, "Failed to construct 'EmailMessage'");
    this.#from = toDOMString(from);
    // Nobody: a binding with an address of its own sends it there.
    this.#to = to === undefined || to === null ? to : toDOMString(to);
    this.#raw = isReadableStream(raw) || isBufferSource(raw) ? raw : toUSVString(raw);
  }

  get from(): string { return this.#from; }
  get to(): string { return this.#to; }

  static {
    isEmailMessage = (value: unknown): value is EmailMessage => isObject(value) && #raw in value;
    contentOf = (message) => {
      const raw = message.#raw;
      if (isReadableStream(raw)) return readAllBytes(raw, mostBytes, () => new RangeError(`The message has more than ${mostBytes} bytes.`));
      return PromiseResolve(typeof raw === "string" ? utf8Encode(raw) : viewBytes(raw));
    };
  }
}
defineInterface("EmailMessage", EmailMessage);
