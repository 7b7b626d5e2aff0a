// What a service binding puts into `env`, and the entrypoints of `ctx.exports`.
import { flagEnabled } from "../core/compatibility.ts";
import { ObjectCreate, ReflectGet, ReflectHas } from "../core/primordials.ts";
import { Origin, type ServiceAddress } from "./address.ts";
import { Fetcher, setAddress } from "./fetcher.ts";
import { setServiceMaker } from "./deserialize.ts";
import { EntrypointCallee } from "./outgoing.ts";
import { makeServiceProperty } from "./stub.ts";

/** Whatever the class does not have is a method or a property of the entrypoint's. */
class ServiceTraps implements ProxyHandler<object> {
  readonly #callee: EntrypointCallee;

  constructor(callee: EntrypointCallee) {
    this.#callee = callee;
  }

  get(target: object, name: PropertyKey, receiver: unknown): unknown {
    if (typeof name === "symbol" || ReflectHas(target, name)) return ReflectGet(target, name, receiver);
    return name === "then" ? undefined : makeServiceProperty(this.#callee, name as string);
  }
}

/** A stub that takes the place of `target`, an object of one of the stubs' classes. */
export function stubOver(target: object, address: ServiceAddress): object {
  const stub = flagEnabled("rpc") ? new Proxy(target, new ServiceTraps(new EntrypointCallee(address))) : target;
  setAddress(stub, address);
  return stub;
}

/** The stub of a binding, or of a target that the host keeps. */
export function createServiceStub(binding: string | number): object {
  return createStub(binding, Origin.other);
}

/** The stub of an entrypoint of a worker that was loaded. */
export function createDynamicStub(target: number): object {
  return createStub(target, Origin.dynamic);
}

function createStub(binding: string | number, origin: Origin): object {
  return stubOver(ObjectCreate(Fetcher.prototype) as object, { __proto__: null, binding, entrypoint: "", props: undefined, origin } as unknown as ServiceAddress);
}
setServiceMaker(createServiceStub);
