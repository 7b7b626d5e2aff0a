// A binding to another worker's entrypoint.
import { defineInterface } from "../core/define.ts";
import { PromiseReject, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { isObject, requireArguments } from "../core/webidl.ts";
import type { RequestInit, Response } from "../fetch/index.ts";
import type { ServiceAddress } from "./address.ts";
import { serviceFetch } from "./service-fetch.ts";

// Beside the objects: what the worker holds may be a proxy or a function, which have no private fields.
const addresses: WeakMap<object, ServiceAddress> = new WeakMap();

export class Fetcher {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  fetch(input: unknown, init: RequestInit | undefined = undefined): Promise<Response> {
    try {
      const address = addressOf(this);
      requireArguments(arguments.length, 1, "Failed to execute 'fetch' on 'Fetcher'");
      return serviceFetch(address, input, init);
    } catch (error) {
      return PromiseReject(error) as Promise<Response>;
    }
  }

  connect(): never {
    addressOf(this);
    throw new TypeError("Incoming CONNECT on a worker not supported");
  }
}
defineInterface("Fetcher", Fetcher);

/** Where a stub's calls go; undefined for any other value. */
export function findAddress(value: unknown): ServiceAddress | undefined {
  return isObject(value) ? WeakMapPrototypeGet(addresses, value) : undefined;
}

function addressOf(value: unknown): ServiceAddress {
  const address = findAddress(value);
  if (address === undefined) throw new TypeError("Illegal invocation");
  return address;
}

export function setAddress(stub: object, address: ServiceAddress): void {
  WeakMapPrototypeSet(addresses, stub, address);
}
