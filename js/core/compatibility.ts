// Compatibility dates and flags (https://developers.cloudflare.com/workers/configuration/compatibility-flags/): which of two
// behaviours a worker was written for. Asked when it matters, never at module level.
import { ArrayPrototypeIndexOf } from "./primordials.ts";

interface Flag {
  enable: string;
  disable: string | null;
  /** Versions of this date and later have it unless they disable it; null: only those that enable it. */
  date: string | null;
}

const flags = {
  __proto__: null,
  pedanticWpt: { enable: "pedantic_wpt", disable: "non_pedantic_wpt", date: null },
  webSocketAutoReplyToClose: { enable: "web_socket_auto_reply_to_close", disable: "web_socket_manual_reply_to_close", date: "2026-04-07" },
  webSocketCloseReasonByteLimit: { enable: "websocket_close_reason_byte_limit", disable: "no_websocket_close_reason_byte_limit", date: "2026-03-03" },
  webSocketCompression: { enable: "web_socket_compression", disable: "no_web_socket_compression", date: "2023-08-15" },
  webSocketStandardBinaryType: { enable: "websocket_standard_binary_type", disable: "no_websocket_standard_binary_type", date: "2026-03-17" },
} satisfies Record<string, Flag | null>;

export type CompatibilityFlag = Exclude<keyof typeof flags, "__proto__">;

let currentDate = "";
let currentFlags: readonly string[] = [];

/** What the version was configured with. */
export function setCompatibility(date: string, given: readonly string[]): void {
  currentDate = date;
  currentFlags = given;
}

/** Whether the version has a behaviour. */
export function isCompatible(name: CompatibilityFlag): boolean {
  const flag: Flag = flags[name];
  if (ArrayPrototypeIndexOf(currentFlags, flag.enable) !== -1) return true;
  if (flag.date === null || (flag.disable !== null && ArrayPrototypeIndexOf(currentFlags, flag.disable) !== -1)) return false;
  // Dates of this form sort as texts.
  return currentDate >= flag.date;
}
