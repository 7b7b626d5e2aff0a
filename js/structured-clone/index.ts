import { defineGlobals } from "../core/define.ts";
import { structuredClone } from "./structured-clone.ts";

export { deserializeMessage, registerTransferable, serializeMessage, structuredClone, toTransferList, type Message, type Transferable } from "./structured-clone.ts";

export function install(): void {
  defineGlobals({ structuredClone }, true);
}
