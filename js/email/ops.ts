// What email asks of the host. A binding is its place among those of the version; `event` is a message that came. What sends answers
// with the message's id, or with a code and what is wrong.
declare module "../core/ops.ts" {
  interface Ops {
    email_send(binding: number, from: string, to: string | undefined, raw: Uint8Array): Promise<EmailAnswer>;
    /** Composes a message of fields, which are JSON; of attachments there is the content: base64 or bytes. */
    email_compose(binding: number, fields: string, contents: readonly (string | Uint8Array)[]): Promise<EmailAnswer>;
    /** Name, value, name, value…; names in lower case. */
    email_headers(event: number): string[];
    /** The number of the host body that is the message. */
    email_body(event: number): number;
    email_reject(event: number, reason: string): void;
    email_forward(event: number, to: string, headers: readonly string[]): Promise<EmailAnswer>;
    email_reply(event: number, from: string, to: string, raw: Uint8Array): Promise<EmailAnswer>;
    email_reply_composed(event: number, fields: string, contents: readonly (string | Uint8Array)[]): Promise<EmailAnswer>;
  }
}

export type EmailAnswer = readonly [id: string] | readonly [code: string, message: string];
