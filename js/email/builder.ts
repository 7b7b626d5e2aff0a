// The fields that a message is composed of, as they are given and as the host reads them (EmailBuilder in Skep.Runtime).
import { viewBytes } from "../core/bytes.ts";
import { ArrayIsArray, JSONStringify, ObjectKeys } from "../core/primordials.ts";
import { isBufferSource, isObject, toUSVString } from "../core/webidl.ts";

type Address = string | { name: string; email: string };

export interface EmailAttachment { filename: string; type: string; disposition: string; contentId?: string; content: string | ArrayBuffer | ArrayBufferView }
export interface EmailReplyMessageBuilder {
  from: Address;
  subject: string;
  replyTo?: Address;
  headers?: Record<string, string>;
  text?: string;
  html?: string;
  attachments?: EmailAttachment[];
}
export interface EmailMessageBuilder extends EmailReplyMessageBuilder {
  to?: Address | Address[];
  cc?: Address | Address[];
  bcc?: Address | Address[];
}

export type Composition = readonly [fields: string, contents: (string | Uint8Array)[]];

const isMissing = (value: unknown): boolean => value === undefined || value === null;

/** Reads each field of the builder once. */
export function toComposition(builder: EmailMessageBuilder, where: string): Composition {
  if (!isObject(builder)) throw new TypeError(`${where}: The provided value is neither an EmailMessage nor an object with its fields.`);
  const contents: (string | Uint8Array)[] = [];
  const fields = {
    __proto__: null,
    from: isMissing(builder.from) ? undefined : mailbox(builder.from),
    replyTo: isMissing(builder.replyTo) ? undefined : mailbox(builder.replyTo),
    to: mailboxes(builder.to),
    cc: mailboxes(builder.cc),
    bcc: mailboxes(builder.bcc),
    subject: text(builder.subject),
    text: text(builder.text),
    html: text(builder.html),
    headers: headers(builder.headers),
    attachments: attachments(builder.attachments, contents, where),
  };
  return [JSONStringify(fields), contents];
}

function text(value: unknown): string | undefined {
  return isMissing(value) ? undefined : toUSVString(value);
}

function mailbox(value: unknown): object {
  if (!isObject(value)) return { __proto__: null, email: toUSVString(value) };
  const { name, email } = value as { name?: unknown; email?: unknown };
  return { __proto__: null, name: text(name) ?? "", email: text(email) ?? "" };
}

function mailboxes(value: unknown): object[] {
  if (isMissing(value)) return [];
  if (!ArrayIsArray(value)) return plain([mailbox(value)]);
  const list: object[] = [];
  for (let i = 0; i < value.length; i++) list[i] = mailbox(value[i]);
  return plain(list);
}

function headers(value: unknown): string[] {
  const list: string[] = [];
  if (!isObject(value)) return plain(list);
  const names = ObjectKeys(value);
  for (let i = 0; i < names.length; i++) {
    list[list.length] = toUSVString(names[i]);
    list[list.length] = toUSVString((value as Record<string, unknown>)[names[i]!]);
  }
  return plain(list);
}

function attachments(value: unknown, contents: (string | Uint8Array)[], where: string): object[] {
  const list: object[] = [];
  if (isMissing(value)) return plain(list);
  if (!ArrayIsArray(value)) throw new TypeError(`${where}: "attachments" is not an array.`);
  for (let i = 0; i < value.length; i++) {
    const attachment: unknown = value[i];
    if (!isObject(attachment)) throw new TypeError(`${where}: attachments[${i}] is not an object.`);
    const { filename, type, disposition, contentId, content } = attachment as Partial<EmailAttachment>;
    contents[i] = isBufferSource(content) ? viewBytes(content) : text(content) ?? "";
    list[i] = {
      __proto__: null,
      filename: text(filename) ?? "",
      type: text(type) ?? "application/octet-stream",
      disposition: text(disposition) ?? "attachment",
      contentId: text(contentId),
    };
  }
  return plain(list);
}

// What worker code may have put on Array.prototype is not asked how it is written.
function plain<T>(list: T[]): T[] {
  (list as unknown as { toJSON: undefined }).toJSON = undefined;
  return list;
}
