// https://nodejs.org/api/http.html#class-httpagent. Connections are the host's: an agent holds options only.
import EventEmitter from "lib:events";
import { validateNumber, validateOneOf } from "lib:internal/validators";

export class Agent extends EventEmitter {
  defaultPort = 80;
  protocol = "http:";
  options: any;
  requests = {};
  sockets = {};
  freeSockets = {};
  keepAlive: boolean;
  keepAliveMsecs: number;
  maxSockets: number;
  maxFreeSockets: number;
  maxTotalSockets: number;
  totalSocketCount = 0;
  scheduling: string;

  constructor(options: any = {}) {
    super();
    this.options = { __proto__: null, noDelay: true, path: null, ...options };
    this.keepAlive = options.keepAlive || false;
    this.keepAliveMsecs = options.keepAliveMsecs || 1000;
    this.maxSockets = options.maxSockets || Infinity;
    this.maxFreeSockets = options.maxFreeSockets || 256;
    this.scheduling = options.scheduling || "lifo";
    this.maxTotalSockets = options.maxTotalSockets ?? Infinity;
    validateOneOf(this.scheduling, "scheduling", ["fifo", "lifo"]);
    if (options.maxTotalSockets !== undefined) validateNumber(options.maxTotalSockets, "maxTotalSockets", 1);
  }

  getName(options: any = {}): string { return `${options.host ?? "localhost"}:${options.port ?? ""}:${options.localAddress ?? ""}`; }
  addRequest(): void {}
  createConnection(): void {}
  createSocket(): void {}
  keepSocketAlive(): boolean { return false; }
  reuseSocket(): void {}
  destroy(): void {}
}

export class HttpsAgent extends Agent {
  override defaultPort = 443;
  override protocol = "https:";
}
