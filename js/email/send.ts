// Sending, whoever asks for it.
import { PromisePrototypeThen, PromiseReject } from "../core/primordials.ts";
import { type Composition, type EmailMessageBuilder, toComposition } from "./builder.ts";
import { contentOf, type EmailMessage, isEmailMessage } from "./email-message.ts";
import type { EmailAnswer } from "./ops.ts";

export interface EmailSendResult { messageId: string }

/** Sends a message that was given as a whole or in fields. */
export function send(
  given: EmailMessage | EmailMessageBuilder, where: string, whole: (message: EmailMessage, raw: Uint8Array) => Promise<EmailAnswer>, composed: (composition: Composition) => Promise<EmailAnswer>,
): Promise<EmailSendResult> {
  try {
    const answer = isEmailMessage(given)
      ? PromisePrototypeThen(contentOf(given), (raw: Uint8Array) => whole(given, raw))
      : composed(toComposition(given, where));
    return PromisePrototypeThen(answer, toResult);
  } catch (error) {
    return PromiseReject(error);
  }
}

/** What the host answered, for the worker. */
export function toResult(answer: EmailAnswer): EmailSendResult {
  if (answer.length === 1) return { messageId: answer[0] };
  const error = new Error(answer[1]) as Error & { code: string };
  error.code = answer[0];
  throw error;
}
