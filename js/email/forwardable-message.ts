// https://developers.cloudflare.com/email-service/api/route-emails/email-handler/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import { requireArguments, toUSVString } from "../core/webidl.ts";
import { Headers, headerListOf, headersFromList, isHeaders } from "../fetch/index.ts";
import { readableFromHost, type ReadableStream } from "../streams/index.ts";
import type { EmailReplyMessageBuilder } from "./builder.ts";
import type { EmailMessage } from "./email-message.ts";
import "./ops.ts";
import { type EmailSendResult, send, toResult } from "./send.ts";

const key = {};

export class ForwardableEmailMessage {
  readonly #event: number;
  readonly #from: string;
  readonly #to: string;
  readonly #size: number;
  #raw: ReadableStream | undefined;
  #headers: Headers | undefined;

  constructor(given: unknown, event: number, from: string, to: string, size: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#event = event;
    this.#from = from;
    this.#to = to;
    this.#size = size;
  }

  get from(): string { return this.#from; }
  get to(): string { return this.#to; }
  get rawSize(): number { return this.#size; }
  get canBeForwarded(): boolean {
    void this.#event;
    return true;
  }
  get raw(): ReadableStream {
    return this.#raw ??= readableFromHost(ops.email_body(this.#event), this.#size);
  }
  get headers(): Headers {
    return this.#headers ??= headersFromList(ops.email_headers(this.#event), true);
  }

  setReject(reason: string): void {
    const event = this.#event;
    requireArguments(arguments.length, 1, "Failed to execute 'setReject' on 'ForwardableEmailMessage'");
    ops.email_reject(event, toUSVString(reason));
  }

  forward(rcptTo: string, headers: unknown = undefined): Promise<EmailSendResult> {
    try {
      const event = this.#event;
      requireArguments(arguments.length, 1, "Failed to execute 'forward' on 'ForwardableEmailMessage'");
      const added = headers === undefined || headers === null ? [] : headerListOf(isHeaders(headers) ? headers : new Headers(headers as never));
      return PromisePrototypeThen(ops.email_forward(event, toUSVString(rcptTo), added), toResult);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  reply(message: EmailMessage | EmailReplyMessageBuilder): Promise<EmailSendResult> {
    try {
      const event = this.#event;
      const where = "Failed to execute 'reply' on 'ForwardableEmailMessage'";
      requireArguments(arguments.length, 1, where);
      return send(message, where, (whole, raw) => ops.email_reply(event, whole.from, whole.to ?? "", raw), (composed) => ops.email_reply_composed(event, composed[0], composed[1]));
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("ForwardableEmailMessage", ForwardableEmailMessage);

export function createForwardableMessage(event: number, from: string, to: string, size: number): ForwardableEmailMessage {
  return new ForwardableEmailMessage(key, event, from, to, size);
}
