// https://nodejs.org/api/net.html
import { BlockList, connect, isIP, isIPv4, isIPv6, Server, Socket, SocketAddress } from "lib:internal/net";
import { notImplemented } from "lib:internal/stub";

let family = false;
let attempt = 250;

export default {
  BlockList, Server, Socket, SocketAddress, Stream: Socket, connect, createConnection: connect, createServer: (): never => { throw notImplemented("net.createServer"); },
  isIP, isIPv4, isIPv6, getDefaultAutoSelectFamily: (): boolean => family, setDefaultAutoSelectFamily: (on: boolean): void => { family = on; },
  getDefaultAutoSelectFamilyAttemptTimeout: (): number => attempt, setDefaultAutoSelectFamilyAttemptTimeout: (milliseconds: number): void => { attempt = milliseconds; },
};
