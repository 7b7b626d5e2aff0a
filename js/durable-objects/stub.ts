// https://developers.cloudflare.com/durable-objects/api/stub/
import { defineInterface } from "../core/define.ts";
import { ObjectCreate, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { utf8Encode } from "../encoding/index.ts";
import { Fetcher, stubOver } from "../rpc/index.ts";
import type { ServiceAddress } from "../rpc/address.ts";
import { type DurableObjectId, idText } from "./id.ts";

// Beside the stubs: what the worker holds are proxies.
const ids: WeakMap<object, DurableObjectId> = new WeakMap();

function idOf(stub: unknown): DurableObjectId {
  const id = isObject(stub) ? WeakMapPrototypeGet(ids, stub) : undefined;
  if (id === undefined) throw new TypeError("Illegal invocation");
  return id;
}

/** What `namespace.get()` gives. */
export class DurableObject extends Fetcher {
  get id(): DurableObjectId { return idOf(this); }
  get name(): string | undefined { return idOf(this).name; }
}
defineInterface("DurableObject", DurableObject);

export function createStub(namespace: string, id: DurableObjectId): object {
  const props = id.name === undefined ? undefined : utf8Encode(id.name);
  const address = { __proto__: null, binding: namespace, entrypoint: idText(id), props } as unknown as ServiceAddress;
  const stub = stubOver(ObjectCreate(DurableObject.prototype) as object, address);
  WeakMapPrototypeSet(ids, stub, id);
  return stub;
}

