import { durableObjects } from "../durable-objects/lazy.ts";
import { rpc } from "../rpc/lazy.ts";
import { readProps } from "./dispatch.ts";
import { findEntrypoint, isServiceWorker } from "./entrypoints.ts";

/** A call from another worker, to one of the worker's entrypoints or to what it has given away. */
export function dispatchRpc(
  id: number, call: number, kind: number, target: number, entrypoint: string | undefined, props: string | Uint8Array | undefined,
  path: string[], bytes: Uint8Array | undefined, attachments: Uint8Array | undefined, last: boolean,
): void {
  rpc().receiveCall(id, call, kind, target, path, bytes, attachments, last, () => {
    const objects = durableObjects.loaded();
    if (objects?.hasInstance(id) === true) return objects.objectRoot(id);
    if (isServiceWorker()) throw new TypeError("The receiving Worker does not support RPC, because it uses service-worker syntax. Export an object or a class that extends WorkerEntrypoint.");
    return findEntrypoint(entrypoint).rpcRoot(id, props === undefined ? undefined : readProps(props));
  });
}
