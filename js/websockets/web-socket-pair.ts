// https://developers.cloudflare.com/workers/runtime-apis/websockets/#constructor
import { defineInterface } from "../core/define.ts";
import { ObjectDefineProperty, SymbolIterator } from "../core/primordials.ts";
import { LocalLink } from "./link.ts";
import { type WebSocket, webSocketOver } from "./web-socket.ts";

/** Two WebSockets that are connected with each other: one to return, one to keep. */
export class WebSocketPair {
  declare readonly 0: WebSocket;
  declare readonly 1: WebSocket;
  #first: WebSocket;
  #second: WebSocket;

  constructor() {
    const links = LocalLink.pair();
    this.#first = webSocketOver(links[0]);
    this.#second = webSocketOver(links[1]);
    ObjectDefineProperty(this, 0, { __proto__: null, value: this.#first, enumerable: true } as PropertyDescriptor);
    ObjectDefineProperty(this, 1, { __proto__: null, value: this.#second, enumerable: true } as PropertyDescriptor);
  }

  *[SymbolIterator](): Generator<WebSocket> {
    yield this.#first;
    yield this.#second;
  }
}
defineInterface("WebSocketPair", WebSocketPair);
