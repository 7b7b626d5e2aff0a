// An `env` on its way to a worker that this one loads: plain values, and stubs of entrypoints.
import { ops } from "../core/ops.ts";
import { readMessage } from "./deserialize.ts";
import { findAddress } from "./fetcher.ts";
import { type OutgoingMessage, Writer } from "./serialize.ts";

export function serializeEnvironment(env: object): OutgoingMessage {
  const writer = new Writer(true);
  const message = writer.write(env);
  if (writer.attachments.count === writer.services) return message;
  message.withdraw();
  throw new TypeError("The 'env' of a dynamic Worker can only have plain values and stubs of Workers' entrypoints.");
}

export function readEnvironment(bytes: Uint8Array, attachments: Uint8Array): Record<string, unknown> {
  return readMessage(bytes, attachments, (state) => state).value as Record<string, unknown>;
}

/** The host's number of what a stub of an entrypoint calls; undefined for any other value. */
export function serviceNumber(stub: unknown): number | undefined {
  const address = findAddress(stub);
  return address === undefined ? undefined : ops.service_number(address.binding, address.entrypoint, address.props);
}
