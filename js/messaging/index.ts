export { MessageChannel, MessagePort } from "./message-port.ts";
