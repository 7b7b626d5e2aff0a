// https://nodejs.org/api/tls.html: the handshake and the checks of certificates are the host's.
import { codes } from "lib:internal/codes";
import { notImplemented } from "lib:internal/stub";
import { connectArguments, Socket } from "lib:internal/net";

const { flagEnabled } = internalBinding("layer");
const unsupported = ["checkServerIdentity", "pskCallback"];

export class SecureContext { context = {}; }

export class TLSSocket extends Socket {
  authorized = false;
  encrypted = true;
  authorizationError: unknown = null;
  alpnProtocol: string | false = false;
  servername: string | undefined;

  constructor(socket?: any, options: any = {}) {
    for (const name of unsupported) {
      if (options[name] !== undefined && flagEnabled("throw_on_not_implemented_tls_options")) throw new codes.ERR_OPTION_NOT_IMPLEMENTED(`options.${name}`);
    }
    super(options);
    this.servername = options.servername;
    this.once("connect", () => {
      this.authorized = true;
      this.emit("secureConnect");
      this.emit("secure");
    });
    if (socket instanceof Socket) this.#upgrade(socket, options);
  }

  // A plain connection goes on encrypted, as a database's does after it was asked.
  #upgrade(socket: any, _options: any): void {
    const start = (): void => {
      const native = socket.detach();
      if (native === undefined) {
        this.destroy(new codes.ERR_SOCKET_CLOSED());
        return;
      }
      let secured: any;
      try {
        secured = native.startTls(this.servername === undefined ? undefined : { expectedServerHostname: this.servername });
      } catch (error) {
        this.destroy(error as Error);
        return;
      }
      this.remoteAddress = socket.remoteAddress;
      this.remotePort = socket.remotePort;
      this.remoteFamily = socket.remoteFamily;
      secured.closed?.catch(() => {});
      Promise.resolve(secured.opened).then(() => this.adopt(secured), (error) => this.destroy(error));
    };
    this.connecting = true;
    if (socket.connecting) socket.once("connect", start);
    else process.nextTick(start);
  }

  protected secureTransport(options: any): string { return options.startTls ? "starttls" : "on"; }

  getProtocol(): string { return "TLSv1.3"; }
  getCipher(): object { return {}; }
  getPeerCertificate(): object { return {}; }
  getCertificate(): object { return {}; }
  getSession(): undefined { return undefined; }
  getTLSTicket(): undefined { return undefined; }
  getFinished(): undefined { return undefined; }
  getPeerFinished(): undefined { return undefined; }
  getEphemeralKeyInfo(): object { return {}; }
  getSharedSigalgs(): unknown[] { return []; }
  isSessionReused(): boolean { return false; }
  setServername(name: string): void { this.servername = name; }
  setSession(): void {}
  setMaxSendFragment(): boolean { return true; }
  disableRenegotiation(): void {}
  enableTrace(): void {}
  exportKeyingMaterial(): never { throw notImplemented("tls.TLSSocket.exportKeyingMaterial"); }
  getX509Certificate(): undefined { return undefined; }
  getPeerX509Certificate(): undefined { return undefined; }
  renegotiate(): never { throw notImplemented("tls.TLSSocket.renegotiate"); }
}

export function connect(...args: any[]): any {
  const [given, callback] = connectArguments(args);
  const options = typeof args[1] === "object" && args[1] !== null && typeof args[0] !== "object" ? { ...given, ...args[1] } : typeof args[2] === "object" && args[2] !== null ? { ...given, ...args[2] } : given;
  const socket = new TLSSocket(options.socket, { ...options, servername: options.servername ?? options.host });
  if (callback !== undefined) socket.once("secureConnect", callback);
  if (options.socket === undefined) socket.connect(options);
  return socket;
}

const absent = (name: string) => (): never => { throw notImplemented(`tls.${name}`); };
class Server { constructor() { throw notImplemented("tls.Server"); } }

export default {
  CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600, DEFAULT_CIPHERS: "", DEFAULT_ECDH_CURVE: "auto", DEFAULT_MIN_VERSION: "TLSv1.2", DEFAULT_MAX_VERSION: "TLSv1.3", rootCertificates: [],
  SecureContext, Server, TLSSocket, connect, createSecureContext: (): SecureContext => new SecureContext(), createServer: absent("createServer"), createSecurePair: absent("createSecurePair"),
  checkServerIdentity: (): undefined => undefined, convertALPNProtocols: absent("convertALPNProtocols"), getCiphers: (): string[] => [], getCACertificates: (): string[] => [], setDefaultCACertificates(): void {},
};
