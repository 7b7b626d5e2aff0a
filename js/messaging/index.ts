import { defineGlobals } from "../core/define.ts";
import { MessageChannel, MessagePort } from "./message-port.ts";

export { MessageChannel, MessagePort } from "./message-port.ts";

export function install(): void {
  defineGlobals({ MessageChannel, MessagePort });
}
