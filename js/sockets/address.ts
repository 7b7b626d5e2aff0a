// The address of `connect()`: "host:port", or an object with both.
import { StringPrototypeCharCodeAt, StringPrototypeLastIndexOf, StringPrototypeSlice } from "../core/primordials.ts";
import { isObject, toDOMString, toUSVString } from "../core/webidl.ts";

export interface SocketAddress { hostname: string; port: number }

const largestPort = 65535;

export function toAddress(value: unknown): SocketAddress {
  if (!isObject(value)) return parse(toDOMString(value));
  const { hostname, port } = value as { hostname?: unknown; port?: unknown };
  if (hostname === undefined || port === undefined) throw new TypeError("Specified address must have a hostname and a port.");
  const number = +(port as number);
  if (!(number >= 1 && number <= largestPort) || number % 1 !== 0) throw new TypeError(`The port must be an integer from 1 to ${largestPort}.`);
  return checked(toUSVString(hostname), number);
}

function parse(text: string): SocketAddress {
  const colon = StringPrototypeLastIndexOf(text, ":");
  if (colon < 0 || StringPrototypeLastIndexOf(text, "]") > colon) throw new TypeError("Specified address is missing port.");
  const hostname = StringPrototypeSlice(text, 0, colon);
  let port = 0;
  for (let i = colon + 1; i < text.length && port <= largestPort; i++) {
    const digit = StringPrototypeCharCodeAt(text, i) - 48;
    if (digit < 0 || digit > 9) throw unparsable();
    port = port * 10 + digit;
  }
  if (colon + 1 === text.length) throw new TypeError("Specified address is missing port.");
  if (port < 1 || port > largestPort) throw unparsable();
  return checked(hostname, port);
}

// A name or an address, and nothing that only a URL could hold.
function checked(hostname: string, port: number): SocketAddress {
  const last = hostname.length - 1;
  const inner = last > 0 && hostname[0] === "[" && hostname[last] === "]" ? StringPrototypeSlice(hostname, 1, last) : hostname;
  if (inner === "") throw unparsable();
  for (let i = 0; i < inner.length; i++) {
    const code = StringPrototypeCharCodeAt(inner, i);
    // Space and control characters, and # / ? @ [ \ ]
    if (code <= 32 || code > 126 || code === 35 || code === 47 || code === 63 || code === 64 || (code >= 91 && code <= 93)) throw unparsable();
  }
  return { hostname: inner, port };
}

function unparsable(): TypeError {
  return new TypeError("Specified address could not be parsed.");
}
