// A message that came, in service-worker syntax.
import { defineInterface } from "../core/define.ts";
import { createForwardableMessage, type ForwardableEmailMessage } from "../email/forwardable-message.ts";
import { trust } from "../events/index.ts";
import { bindEvent, ExtendableEvent } from "./service-worker-events.ts";

export { createForwardableMessage };

const internal = { __proto__: null };

/** What a listener of `email` is called with. */
export class EmailEvent extends ExtendableEvent {
  #message: ForwardableEmailMessage;

  constructor(token: unknown, message: ForwardableEmailMessage) {
    if (token !== internal) throw new TypeError("Illegal constructor");
    super("email");
    this.#message = message;
  }

  get message(): ForwardableEmailMessage { return this.#message; }
}
defineInterface("EmailEvent", EmailEvent);

export function createEmailEvent(id: number, from: string, to: string, size: number): EmailEvent {
  const event = trust(new EmailEvent(internal, createForwardableMessage(id, from, to, size)));
  bindEvent(event, id);
  return event;
}
