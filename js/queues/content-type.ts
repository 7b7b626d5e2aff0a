// https://developers.cloudflare.com/queues/configuration/javascript-apis/#queuescontenttype
import { ArrayBufferIsView, ArrayPrototypeIndexOf, JSONParse, JSONStringify, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { toDOMString } from "../core/webidl.ts";
import { deserializeStored, serializeStored } from "../structured-clone/stored.ts";
import type { SentBody } from "./ops.ts";

export const JSON_TYPE = 0;
const TEXT_TYPE = 1;
const BYTES_TYPE = 2;
export const V8_TYPE = 3;
const names = ["json", "text", "bytes", "v8"];

export function readContentType(given: unknown): number {
  const name = toDOMString(given);
  const type = ArrayPrototypeIndexOf(names, StringPrototypeToLowerCase(name));
  if (type === -1) throw new TypeError(`Unsupported queue message content type: ${name}`);
  return type;
}

/** A message's body as it is sent. */
export function serialize(body: unknown, type: number): SentBody {
  switch (type) {
    case TEXT_TYPE:
      if (typeof body !== "string") throw wrongKind("text", "string", body);
      return body;
    case BYTES_TYPE:
      if (!ArrayBufferIsView(body)) throw wrongKind("bytes", "ArrayBufferView", body);
      return body;
    case JSON_TYPE: {
      const text: unknown = JSONStringify(body);
      if (typeof text !== "string") throw new TypeError(`A message body of type ${typeof body} cannot be written as JSON.`);
      return text;
    }
    default: return serializeStored(body);
  }
}

/** A body as the consumer sees it. */
export function deserialize(body: string | ArrayBuffer, type: number): unknown {
  switch (type) {
    case TEXT_TYPE: return body;
    case BYTES_TYPE: return new Uint8Array(body as ArrayBuffer);
    case JSON_TYPE: return JSONParse(body as string);
    default: return deserializeStored(new Uint8Array(body as ArrayBuffer));
  }
}

function wrongKind(type: string, wanted: string, body: unknown): TypeError {
  return new TypeError(`Content Type "${type}" requires a value of type ${wanted}, but received: ${typeof body}`);
}
