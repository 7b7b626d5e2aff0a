import { defineInterface } from "../core/define.ts";
import { requireArguments, toUSVString } from "../core/webidl.ts";

/** What `setWebSocketAutoResponse` is given. */
export class WebSocketRequestResponsePair {
  #request: string;
  #response: string;

  constructor(request: unknown, response: unknown) {
    requireArguments(arguments.length, 2, "Failed to construct 'WebSocketRequestResponsePair'");
    this.#request = toUSVString(request);
    this.#response = toUSVString(response);
  }

  get request(): string { return this.#request; }
  get response(): string { return this.#response; }

  static isPair(value: unknown): value is WebSocketRequestResponsePair {
    return typeof value === "object" && value !== null && #request in value;
  }
}
export const isPair = WebSocketRequestResponsePair.isPair;
delete (WebSocketRequestResponsePair as { isPair?: unknown }).isPair;
defineInterface("WebSocketRequestResponsePair", WebSocketRequestResponsePair);
