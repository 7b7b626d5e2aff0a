// Events of Durable Objects. Their code runs in the context of the object, which all its events share.
import { ops } from "../core/ops.ts";
import { durableObjects } from "../durable-objects/lazy.ts";
import { lazy } from "../core/lazy.ts";
import { requestFromHost } from "../fetch/index.ts";
import { answerWith, readProps } from "./dispatch.ts";
import { findObjectClass } from "./entrypoints.ts";
import { env } from "./environment.ts";

const loopback = lazy(() => import("./loopback.ts"));

/** Makes the instance of an object; what its constructor throws goes to the host. */
export function createObject(
  object: number, className: string, id: string, name: string | undefined,
  depth: number, jurisdiction: string | undefined, isPlain: boolean, props: string | Uint8Array | undefined,
): void {
  ops.async_context_set(object);
  try {
    const of = findObjectClass(className);
    const objects = durableObjects();
    const shown = depth === 0 ? objects.ownId(of, id, name) : isPlain ? id : objects.createId(id, name, jurisdiction);
    const identity = { id: shown, depth, props: props === undefined ? undefined : readProps(props) as object };
    objects.createInstance(object, of, env, identity, () => loopback().entrypointStubs());
  } finally {
    ops.async_context_set(undefined);
  }
}

/** A request `id` for an object. */
export function fetchObject(object: number, id: number): void {
  ops.async_context_set(object);
  try {
    answerWith(id, durableObjects().callHandler(object, "fetch", requestFromHost(id)));
  } catch (error) {
    ops.request_failed(id, error);
  }
  ops.async_context_set(undefined);
}
