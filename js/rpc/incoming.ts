// Calls from other workers.
import { ops } from "../core/ops.ts";
import { ArrayPrototypePush, FunctionPrototypeCall, ObjectGetPrototypeOf, ObjectPrototype, PromisePrototypeThen, PromiseReject, PromiseResolve, ReflectApply, SymbolDispose } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import * as kinds from "../core/value-kinds.ts";
import { readMessage } from "./deserialize.ts";
import { type KeptResult, findExport, findResult, keepResult, settleResult } from "./exports.ts";
import type { ThrownDescription } from "./outgoing.ts";
import { type Found, type RpcRoot, findProperty, reachOf } from "./property-path.ts";
import { Writer } from "./serialize.ts";
import type { StubState } from "./stub-state.ts";
import { makeStub } from "./stub.ts";

/** The numbers are those of src/Skep.Runtime/Rpc/RpcTargetKind.cs. */
const TargetKind = { entrypoint: 0, export: 1, result: 2 } as const;

// A function's declared parameters decide where `env` and `ctx` go.
const handlerParameters = 3;
const mostParameters = 256;

/** Answers one call of the event `id`. */
export function receiveCall(
  id: number, call: number, kind: number, target: number, path: readonly string[],
  bytes: Uint8Array | undefined, attachments: Uint8Array | undefined, last: boolean, entrypoint: () => RpcRoot,
): void {
  ops.async_context_set(id);
  const incoming = new IncomingCall(id, call, path, bytes, attachments);
  try {
    if (kind === TargetKind.result) {
      const result = findResult(id, target);
      if (result === undefined) throw new Error("The result that is called is gone.");
      result.waiting++;
      if (last) result.awaited = false;
      const begun = (): void => {
        result.waiting--;
        settleResult(id, target, result);
      };
      incoming.settle(PromisePrototypeThen(
        result.promise,
        (value) => {
          try {
            return incoming.run(rootOf(value));
          } finally {
            begun();
          }
        },
        (error) => {
          begun();
          throw error;
        },
      ));
    } else {
      incoming.settle(incoming.run(kind === TargetKind.entrypoint ? entrypoint() : exportedRoot(id, target)));
    }
  } catch (error) {
    incoming.fail(error);
  }
  ops.async_context_set(undefined);
}

function exportedRoot(id: number, target: number): RpcRoot {
  const exported = findExport(id, target);
  if (exported === undefined) throw new Error("RPC stub used after being disposed.");
  return { target: exported.target, ownProperties: exported.ownProperties, further: undefined };
}

function rootOf(value: unknown): RpcRoot {
  if (!isObject(value)) throw new TypeError("Can't pipeline on RPC that did not return an object.");
  return { target: value, ownProperties: reachOf(value) ?? true, further: undefined };
}

class IncomingCall {
  readonly #event: number;
  readonly #call: number;
  readonly #path: readonly string[];
  readonly #bytes: Uint8Array | undefined;
  readonly #attachments: Uint8Array | undefined;
  #stubs: readonly StubState[] = [];

  constructor(event: number, call: number, path: readonly string[], bytes: Uint8Array | undefined, attachments: Uint8Array | undefined) {
    this.#event = event;
    this.#call = call;
    this.#path = path;
    this.#bytes = bytes;
    this.#attachments = attachments;
  }

  /** Calls or reads what the path leads to. */
  run(root: RpcRoot): unknown {
    const found = findProperty(root, this.#path);
    if (this.#bytes === undefined) return found.value;
    const name = this.#path.length === 0 ? "(this)" : joined(this.#path);
    if (typeof found.value !== "function") throw new TypeError(`"${name}" is not a function.`);
    const message = readMessage(this.#bytes, this.#attachments, makeStub);
    this.#stubs = message.stubs;
    const args = message.value as unknown[];
    return ReflectApply(found.value, found.self, root.further !== undefined && found.self === root.target ? withFurther(name, found, args, root.further) : args);
  }

  settle(result: unknown): void {
    // Nothing to wait for, and nothing in it that could be called.
    if (!isObject(result)) {
      this.#finish(() => this.#return(result), undefined);
      return;
    }
    const kept = keepResult(this.#event, this.#call, PromiseResolve(result));
    PromisePrototypeThen(kept.promise, (value) => this.#finish(() => this.#return(value), kept), (error: unknown) => this.#finish(() => this.#throw(error), kept));
  }

  fail(error: unknown): void {
    // Calls that wait for the result fail as this one does.
    this.#finish(() => this.#throw(error), this.#keepRejected(error));
  }

  #keepRejected(error: unknown): KeptResult {
    const promise = PromiseReject(error);
    PromisePrototypeThen(promise, undefined, ignore);
    return keepResult(this.#event, this.#call, promise);
  }

  #finish(answer: () => Answer, result: KeptResult | undefined): void {
    let answered: Answer;
    try {
      answered = answer();
    } catch (error) {
      answered = this.#throw(error);
    }
    // What came with the arguments is given up, unless it was duplicated.
    for (let i = 0; i < this.#stubs.length; i++) this.#stubs[i]!.dispose();
    if (answered.awaited) result ??= this.#keepRejected(new TypeError("Can't pipeline on RPC that did not return an object."));
    if (result === undefined) return;
    result.answered = true;
    result.awaited = answered.awaited;
    // Capabilities that are returned are the caller's from now on.
    result.stubs = answered.stubs;
    settleResult(this.#event, this.#call, result);
  }

  #return(value: unknown): Answer {
    const message = new Writer(true).write(value, disposerOf(value));
    let awaited: boolean | undefined;
    try {
      awaited = ops.rpc_return(this.#event, this.#call, message.bytes, message.attachments);
    } catch (error) {
      message.withdraw();
      throw error;
    }
    message.sent();
    return { awaited: awaited === true, stubs: message.stubs };
  }

  #throw(error: unknown): Answer {
    let message;
    try {
      message = new Writer(true).write(describe(error));
    } catch {
      message = new Writer(true).write(["error", "Error", text(error)]);
    }
    const awaited = ops.rpc_throw(this.#event, this.#call, message.bytes, message.attachments);
    message.sent();
    return { awaited: awaited === true, stubs: message.stubs };
  }
}

/** How the host took an answer: whether calls on its result are on their way, and what capabilities went with it. */
interface Answer {
  readonly awaited: boolean;
  readonly stubs: readonly StubState[];
}

const ignore = (): void => {};

/** A plain object with a disposer: it runs when the caller is done with the result. */
function disposerOf(value: unknown): (() => unknown) | undefined {
  if (!isObject(value) || ObjectGetPrototypeOf(value) !== ObjectPrototype) return undefined;
  const dispose = (value as Record<symbol, unknown>)[SymbolDispose];
  return typeof dispose === "function" ? () => FunctionPrototypeCall(dispose, value) : undefined;
}

function joined(path: readonly string[]): string {
  let name = path[0]!;
  for (let i = 1; i < path.length; i++) name += `.${path[i]}`;
  return name;
}

// Handlers that are not methods of a class get what theirs get: (arg, env, ctx).
function withFurther(name: string, found: Found, args: unknown[], further: readonly unknown[]): unknown[] {
  const declared = +((found.value as { length?: unknown }).length as number);
  if (!(declared >= 0 && declared < mostParameters)) throw new TypeError(`RPC function has unreasonable length attribute: ${declared}`);
  if (declared > handlerParameters) {
    throw new TypeError(`Cannot call handler function "${name}" over RPC because it has the wrong number of arguments. A simple function handler can only be called over RPC if it has exactly the arguments (arg, env, ctx), where only the first argument comes from the client. To support multi-argument RPC functions, use class-based syntax (extending WorkerEntrypoint) instead.`);
  }
  if (args.length !== 1) {
    throw new TypeError(`Attempted to call RPC function "${name}" with the wrong number of arguments. When calling a top-level handler function that is not declared as part of a class, you must always send exactly one argument. In order to support variable numbers of arguments, the server must use class-based syntax (extending WorkerEntrypoint) instead.`);
  }
  ArrayPrototypePush(args, further[0], further[1]);
  return args;
}

function describe(error: unknown): ThrownDescription {
  if (!isObject(error) || ops.inspect_kind(error) !== kinds.ERROR) return ["value", error];
  const { name, message } = error as { name?: unknown; message?: unknown };
  return ["error", typeof name === "string" ? name : "Error", typeof message === "string" ? message : ""];
}

function text(error: unknown): string {
  try {
    return `${error as string}`;
  } catch {
    return "The exception could not be described.";
  }
}
