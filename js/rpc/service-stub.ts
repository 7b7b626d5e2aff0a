// What a service binding puts into `env`, and the entrypoints of `ctx.exports`.
import { ObjectCreate } from "../core/primordials.ts";
import type { ServiceAddress } from "./address.ts";
import { Fetcher, setAddress } from "./fetcher.ts";

/** The stub of a binding. */
export function createServiceStub(binding: string): object {
  const stub = ObjectCreate(Fetcher.prototype) as object;
  setAddress(stub, { __proto__: null, binding, entrypoint: "", props: undefined } as unknown as ServiceAddress);
  return stub;
}
