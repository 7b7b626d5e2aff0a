// Compatibility flags: which of two behaviours a worker was written for. The host has worked out which flags are on (one table,
// src/Skep.Abstractions/Compatibility/). Asked when it matters, never at module level.
import { ArrayPrototypeIndexOf } from "./primordials.ts";

const flags = {
  __proto__: null,
  pedanticWpt: "pedantic_wpt",
  webSocketAutoReplyToClose: "web_socket_auto_reply_to_close",
  webSocketCloseReasonByteLimit: "websocket_close_reason_byte_limit",
  webSocketCompression: "web_socket_compression",
  webSocketStandardBinaryType: "websocket_standard_binary_type",
} satisfies Record<string, string | null>;

export type CompatibilityFlag = Exclude<keyof typeof flags, "__proto__">;

let enabled: readonly string[] = [];

/** The flags that are on for the version, by the names that enable them. */
export function setCompatibility(on: readonly string[]): void {
  enabled = on;
}

/** Whether the version has a behaviour. */
export function isCompatible(name: CompatibilityFlag): boolean {
  return flagEnabled(flags[name]);
}

/** The same by the name that enables the flag. */
export function flagEnabled(name: string): boolean {
  return ArrayPrototypeIndexOf(enabled, name) !== -1;
}
