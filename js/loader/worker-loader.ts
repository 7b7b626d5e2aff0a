// https://developers.cloudflare.com/dynamic-workers/api-reference/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { FunctionPrototypeCall, PromisePrototypeThen, PromiseResolve } from "../core/primordials.ts";
import { isObject, requireArguments, toCallback, toDOMString } from "../core/webidl.ts";
import { readLimits } from "../dispatch/limits.ts";
import { durableObjects } from "../durable-objects/lazy.ts";
import { createDynamicStub, serializePlain } from "../rpc/index.ts";
import { giveCode } from "./worker-code.ts";

const key = {};

export class WorkerStub {
  readonly #worker: number;

  constructor(given: unknown, worker: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#worker = worker;
  }

  /** A stub of an entrypoint; the default one for no name. */
  getEntrypoint(name: unknown = undefined, options: unknown = undefined): object {
    const worker = this.#worker;
    if (options !== undefined && options !== null && !isObject(options)) throw new TypeError("Failed to execute 'getEntrypoint' on 'WorkerStub': parameter 2 is not of type 'EntrypointOptions'.");
    const { props, limits } = (options ?? {}) as { props?: unknown; limits?: unknown };
    const { cpuMs, subRequests } = readLimits(limits);
    const entrypoint = name === undefined || name === null ? "" : toDOMString(name);
    const bytes = props === undefined || props === null ? undefined : serializePlain(props, "The props of a dynamic Worker's entrypoint");
    return createDynamicStub(ops.loader_entrypoint(worker, entrypoint === "default" ? "" : entrypoint, bytes, cpuMs, subRequests));
  }

  /** An exported class, for facets of a Durable Object. */
  getDurableObjectClass(name: unknown = undefined, options: unknown = undefined): object {
    const worker = this.#worker;
    if (options !== undefined && options !== null && !isObject(options)) throw new TypeError("Failed to execute 'getDurableObjectClass' on 'WorkerStub': parameter 2 is not of type 'EntrypointOptions'.");
    const { props } = (options ?? {}) as { props?: unknown };
    return durableObjects().createClass(worker, name === undefined || name === null ? "default" : toDOMString(name), props);
  }
}
defineInterface("WorkerStub", WorkerStub);

export class WorkerLoader {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  /** The worker of this name; when it is not there, `getCode` is asked for its code. */
  get(name: unknown, getCode: unknown): WorkerStub {
    const place = this.#place;
    const what = "Failed to execute 'get' on 'WorkerLoader'";
    requireArguments(arguments.length, 2, what);
    const callback = toCallback(getCode, what);
    const [worker, wanted] = ops.loader_get(place, name === undefined || name === null ? null : toDOMString(name));
    if (wanted) {
      const given = PromisePrototypeThen(PromiseResolve(undefined), () => FunctionPrototypeCall(callback, undefined));
      PromisePrototypeThen(PromisePrototypeThen(given, (code: unknown) => giveCode(worker, code)), undefined, (error: unknown) => ops.loader_fail(worker, describe(error)));
    }
    return new WorkerStub(key, worker);
  }

  /** A worker of this code, for this event. */
  load(code: unknown): WorkerStub {
    const place = this.#place;
    requireArguments(arguments.length, 1, "Failed to execute 'load' on 'WorkerLoader'");
    const [worker] = ops.loader_get(place, null);
    try {
      giveCode(worker, code);
    } catch (error) {
      ops.loader_fail(worker, describe(error));
      throw error;
    }
    return new WorkerStub(key, worker);
  }
}
defineInterface("WorkerLoader", WorkerLoader);

function describe(error: unknown): string {
  try {
    return `${error as string}`;
  } catch {
    return "Error: The code could not be loaded.";
  }
}

export function createWorkerLoader(place: number): WorkerLoader {
  return new WorkerLoader(key, place);
}
