// https://developers.cloudflare.com/hyperdrive/
import { defineInterface } from "../core/define.ts";
import { lazy } from "../core/lazy.ts";
import { isObject } from "../core/webidl.ts";
import type { Socket } from "../sockets/socket.ts";

/** What the host tells of a binding. */
export interface HyperdriveDescription {
  connectionString: string;
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

const key = {};
const sockets = lazy(() => import("../sockets/socket.ts"));
let describe: (of: unknown) => HyperdriveDescription;

export class Hyperdrive {
  readonly #to: HyperdriveDescription;

  constructor(given: unknown, to: HyperdriveDescription) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#to = to;
  }

  static {
    describe = (of) => {
      if (!isObject(of) || !(#to in of)) throw new TypeError("Illegal invocation");
      return (of as Hyperdrive).#to;
    };
  }

  get connectionString(): string { return describe(this).connectionString; }

  get port(): number { return describe(this).port; }

  get host(): string { return describe(this).host; }

  get user(): string { return describe(this).user; }

  get password(): string { return describe(this).password; }

  get database(): string { return describe(this).database; }

  connect(): Socket {
    const { host, port } = describe(this);
    return sockets().connect({ hostname: host, port });
  }
}
defineInterface("Hyperdrive", Hyperdrive);

export function createHyperdrive(to: HyperdriveDescription): Hyperdrive {
  return new Hyperdrive(key, to);
}
