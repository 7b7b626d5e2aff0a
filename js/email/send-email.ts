// https://developers.cloudflare.com/email-service/api/send-emails/workers-api/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromiseReject } from "../core/primordials.ts";
import { isObject, requireArguments } from "../core/webidl.ts";
import type { EmailMessageBuilder } from "./builder.ts";
import type { EmailMessage } from "./email-message.ts";
import "./ops.ts";
import { type EmailSendResult, send } from "./send.ts";

const key = {};
const where = "Failed to execute 'send' on 'SendEmail'";

export class SendEmail {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  send(message: EmailMessage | EmailMessageBuilder): Promise<EmailSendResult> {
    if (!isObject(this) || !(#place in this)) return PromiseReject(new TypeError("Illegal invocation"));
    try {
      requireArguments(arguments.length, 1, where);
    } catch (error) {
      return PromiseReject(error);
    }
    const place = this.#place;
    return send(message, where, (whole, raw) => ops.email_send(place, whole.from, whole.to, raw), (composed) => ops.email_compose(place, composed[0], composed[1]));
  }
}
defineInterface("SendEmail", SendEmail);

export function createSendEmail(place: number): SendEmail {
  return new SendEmail(key, place);
}
