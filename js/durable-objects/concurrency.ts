// https://developers.cloudflare.com/durable-objects/api/state/#blockconcurrencywhile
import { getAsyncContext, runInAsyncContext } from "../core/async-context.ts";
import { ops } from "../core/ops.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import "./ops.ts";

interface Section {
  readonly callback: () => unknown;
  readonly context: unknown;
  readonly resolve: (value: unknown) => void;
}

const sections = new Map<string, Section>();

/** Runs the callback while nothing else comes to the object. When it fails the object is reset, and the promise never settles. */
export function blockConcurrencyWhile(object: number, callback: () => unknown): Promise<unknown> {
  const section = ops.object_block(object);
  return new Promise((resolve) => {
    MapPrototypeSet(sections, `${object}:${section}`, { callback, context: getAsyncContext(), resolve });
  });
}

/** The host: now the callback may run. */
export function runSection(object: number, number: number): void {
  const key = `${object}:${number}`;
  const section = MapPrototypeGet(sections, key);
  if (section === undefined) return;
  MapPrototypeDelete(sections, key);
  const failed = (error: unknown): void => ops.object_reset(object, error === undefined ? "undefined" : error);
  try {
    const result: unknown = runInAsyncContext(section.context, section.callback, undefined, []);
    PromisePrototypeThen(PromiseResolve(result), (value: unknown) => {
      ops.object_section_end(object, number);
      section.resolve(value);
    }, failed);
  } catch (error) {
    ops.async_context_set(section.context);
    failed(error);
    ops.async_context_set(undefined);
  }
}
