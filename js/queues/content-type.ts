// https://developers.cloudflare.com/queues/configuration/javascript-apis/#queuescontenttype
import { ops } from "../core/ops.ts";
import { ArrayBufferIsView, ArrayPrototypeIndexOf, JSONParse, JSONStringify, ObjectPrototypeToString, StringPrototypeSlice, StringPrototypeToLowerCase } from "../core/primordials.ts";
import { isPlatformObject } from "../core/define.ts";
import { toDOMString } from "../core/webidl.ts";
import { createDOMException } from "../events/index.ts";
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

const hooks = {
  __proto__: null,
  fail,
  module: () => undefined,
  write: (object: object) => {
    if (isPlatformObject(object)) fail(`Could not serialize object of type "${StringPrototypeSlice(ObjectPrototypeToString(object), 8, -1)}". This type does not support serialization.`);
    return undefined;
  },
} as any;

function fail(message: string): never {
  throw createDOMException("DataCloneError", message);
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
    default: return ops.serialize(body, [], hooks);
  }
}

/** A body as the consumer sees it. */
export function deserialize(body: string | ArrayBuffer, type: number): unknown {
  switch (type) {
    case TEXT_TYPE: return body;
    case BYTES_TYPE: return new Uint8Array(body as ArrayBuffer);
    case JSON_TYPE: return JSONParse(body as string);
    default: return ops.deserialize(new Uint8Array(body as ArrayBuffer), [], undefined);
  }
}

function wrongKind(type: string, wanted: string, body: unknown): TypeError {
  return new TypeError(`Content Type "${type}" requires a value of type ${wanted}, but received: ${typeof body}`);
}
