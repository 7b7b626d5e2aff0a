export { deserializeMessage, registerTransferable, serializeMessage, structuredClone, toTransferList, type Message, type Transferable } from "./structured-clone.ts";
