// https://nodejs.org/api/http.html: the client goes through fetch, servers are reached through cloudflare:node.
import { Agent } from "lib:internal/http/agent";
import { ClientRequest } from "lib:internal/http/client";
import { IncomingMessage } from "lib:internal/http/incoming";
import { OutgoingMessage, validateHeaderName, validateHeaderValue } from "lib:internal/http/message";
import { methods, statusTexts } from "lib:internal/http/names";
import { Server, ServerResponse } from "lib:internal/http/server";
import { notImplemented } from "lib:internal/stub";

const { flagEnabled, global } = internalBinding("layer");
const defaults = { protocol: "http:", agent: new Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000 }) };

class Request extends ClientRequest {
  constructor(input: any, options?: any, callback?: any) { super(input, options, callback, defaults); }
}
Object.defineProperty(Request, "name", { value: "ClientRequest" });

const request = (input: any, options?: any, callback?: any): any => new Request(input, options, callback);
function get(input: any, options?: any, callback?: any): any {
  const made = request(input, options, callback);
  made.end();
  return made;
}

const serves = flagEnabled("enable_nodejs_http_server_modules");
class Absent { constructor() { throw notImplemented("Server"); } }

export default {
  Agent, ClientRequest: Request, IncomingMessage, METHODS: methods, OutgoingMessage, STATUS_CODES: statusTexts, Server: serves ? Server : Absent, ServerResponse: serves ? ServerResponse : Absent,
  createServer: (options?: any, listener?: any): any => (serves ? new Server(options, listener) : new Absent()),
  _connectionListener: (): never => { throw notImplemented("_connectionListener"); },
  get, request, globalAgent: defaults.agent, maxHeaderSize: 16384, setMaxIdleHTTPParsers: (): void => {}, validateHeaderName, validateHeaderValue,
  WebSocket: global.WebSocket, CloseEvent: global.CloseEvent, MessageEvent: global.MessageEvent,
};
