// Values that outlast the event they come from: nothing that is called or streamed can be in them.
import { Writer } from "./serialize.ts";

/** The bytes of `value`; `what` it is, for the error when it is no plain value. */
export function serializePlain(value: unknown, what: string): Uint8Array {
  const message = new Writer(false).write(value);
  if (message.attachments !== undefined) {
    message.withdraw();
    throw new TypeError(`${what} can only be plain values: nothing that is called or streamed.`);
  }
  return message.bytes;
}
