// What the proxies that workers hold stand for. Kept beside them: a proxy has no private fields.
import { ops } from "../core/ops.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../core/primordials.ts";

/** A capability that this worker holds. */
export class StubState {
  readonly #id: number;
  #disposed = false;

  constructor(id: number) {
    this.#id = id;
  }

  /** The host's number. */
  get id(): number {
    if (this.#disposed) throw new Error("RPC stub used after being disposed.");
    return this.#id;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    ops.rpc_release(this.#id);
  }
}

const stubs: WeakMap<object, StubState> = new WeakMap();
const names: WeakMap<object, string> = new WeakMap();

/** The capability behind an RpcStub; undefined for any other value. */
export function stubStateOf(value: object): StubState | undefined {
  return WeakMapPrototypeGet(stubs, value);
}

export function setStubState(proxy: object, state: StubState): void {
  WeakMapPrototypeSet(stubs, proxy, state);
}

/** The interface of a callable that is no function of the worker's own; undefined for any other value. */
export function stubName(value: object): string | undefined {
  return WeakMapPrototypeGet(names, value);
}

export function setStubName(proxy: object, name: string): void {
  WeakMapPrototypeSet(names, proxy, name);
}
