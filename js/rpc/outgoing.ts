// Calls to other workers. A call is made at once; what it is made on may itself still be on its way.
import { ops } from "../core/ops.ts";
import { ObjectPrototypeHasOwnProperty, PromisePrototypeThen, PromiseReject, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectPrototype, SymbolDispose } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import type { ServiceAddress } from "./address.ts";
import { readMessage } from "./deserialize.ts";
import { markRemote, namedError, remoteError } from "./remote-error.ts";
import type { RpcAnswer } from "./ops.ts";
import { type OutgoingMessage, Writer, transfersStubs } from "./serialize.ts";
import type { StubState } from "./stub-state.ts";

let lastToken = 0;

/** Something that calls can be made on. */
export interface Callee {
  /** Calls what the path leads to, or reads it when there is no message. */
  send(path: readonly string[], message: OutgoingMessage | undefined): Result;
}

/** The result of a call, which calls can be made on before it is there. */
export interface Result extends Callee {
  readonly promise: Promise<unknown>;
  /** It is not needed any more, nor what is in it. */
  dispose(): void;
}

/** Makes the form that the worker sees of a capability; set by stub.ts, which builds on this module. */
let makeStub: (state: StubState) => object;
export function setStubMaker(maker: (state: StubState) => object): void {
  makeStub = maker;
}

/** The call of an entrypoint begins a session of its own. */
export class EntrypointCallee implements Callee {
  readonly #address: ServiceAddress;

  constructor(address: ServiceAddress) {
    this.#address = address;
  }

  send(path: readonly string[], message: OutgoingMessage | undefined): Result {
    const { binding, entrypoint, props } = this.#address;
    return start(message, (token, bytes, attachments) => ops.rpc_open(binding, entrypoint, props, token, path as string[], bytes, attachments));
  }
}

export class StubCallee implements Callee {
  readonly #state: StubState;

  constructor(state: StubState) {
    this.#state = state;
  }

  send(path: readonly string[], message: OutgoingMessage | undefined): Result {
    return start(message, (token, bytes, attachments) => ops.rpc_call(this.#state.id, token, path as string[], bytes, attachments));
  }
}

/** The result of a call that is under way. */
class PendingResult implements Result {
  readonly #token: number;
  readonly promise: Promise<unknown>;
  #stubs: readonly StubState[] = [];
  #disposed = false;

  constructor(token: number, answer: Promise<RpcAnswer>) {
    this.#token = token;
    this.promise = PromisePrototypeThen(answer, (parts) => this.#read(parts));
    // Who only calls methods of the result is told by those.
    PromisePrototypeThen(this.promise, undefined, ignore);
  }

  send(path: readonly string[], message: OutgoingMessage | undefined): Result {
    if (this.#disposed) throw new Error("RPC promise used after being disposed.");
    const token = ++lastToken;
    const answer = ops.rpc_call_result(this.#token, token, path as string[], message?.bytes, message?.attachments);
    if (answer !== undefined) return taken(message, new PendingResult(token, answer));
    // The result has come, or is about to: its capabilities are called.
    return new LateResult(PromisePrototypeThen(this.promise, (value) => callValue(value, path, message)));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (let i = 0; i < this.#stubs.length; i++) this.#stubs[i]!.dispose();
  }

  #read(parts: RpcAnswer): unknown {
    if (parts[0] === failed) throw remoteError(parts[1] as string, parts[2] as unknown as number);
    const { value, stubs } = readMessage(parts[1] as Uint8Array, parts[2], makeStub);
    if (parts[0] === thrown) throw revive(value as ThrownDescription);
    this.#stubs = stubs;
    // It was disposed of before it came.
    if (this.#disposed) for (let i = 0; i < stubs.length; i++) stubs[i]!.dispose();
    if (isObject(value) && ObjectGetPrototypeOf(value) === ObjectPrototype && !ObjectPrototypeHasOwnProperty(value, SymbolDispose)) {
      ObjectDefineProperty(value, SymbolDispose, { __proto__: null, value: () => this.dispose(), writable: true, configurable: true } as PropertyDescriptor);
    }
    return value;
  }
}

/** What a call on a result becomes that was there already: another call, or a value. */
class LateResult implements Result {
  readonly #found: Promise<Found>;
  readonly promise: Promise<unknown>;

  constructor(found: Promise<Found>) {
    this.#found = found;
    this.promise = PromisePrototypeThen(found, (result) => result.call === undefined ? result.value : result.call.promise);
    PromisePrototypeThen(this.promise, undefined, ignore);
  }

  send(path: readonly string[], message: OutgoingMessage | undefined): Result {
    return new LateResult(PromisePrototypeThen(this.promise, (value) => callValue(value, path, message)));
  }

  dispose(): void {
    PromisePrototypeThen(this.#found, (result) => result.call?.dispose(), ignore);
  }
}

/** A result whose call is another, or a value that is here. In an object, as a stub is to no promise what it must not be taken for. */
interface Found {
  readonly call: Result | undefined;
  readonly value: unknown;
}

const ignore = (): void => {};
const thrown = 1;
const failed = 2;

/** Makes a call of anything, with these arguments; without, its value is read. */
export function callRemote(callee: Callee, path: readonly string[], args: unknown[] | undefined): Result {
  const message = args === undefined ? undefined : new Writer(true).write(args);
  try {
    return callee.send(path, message);
  } catch (error) {
    message?.withdraw();
    throw error;
  }
}

/** A call that failed before it was made. */
export function failedResult(error: unknown): Result {
  return new LateResult(PromiseReject(error));
}

function start(message: OutgoingMessage | undefined, send: (token: number, bytes: Uint8Array | undefined, attachments: Uint8Array | undefined) => Promise<RpcAnswer>): Result {
  const token = ++lastToken;
  return taken(message, new PendingResult(token, send(token, message?.bytes, message?.attachments)));
}

function taken(message: OutgoingMessage | undefined, result: Result): Result {
  if (message === undefined) return result;
  message.sent();
  if (transfersStubs()) for (let i = 0; i < message.stubs.length; i++) message.stubs[i]!.dispose();
  return result;
}

/** Continues a path in a value that is here: to a capability in it, or to a plain value. */
function callValue(value: unknown, path: readonly string[], message: OutgoingMessage | undefined): Found {
  let at = value;
  for (let i = 0; ; i++) {
    const stub = isObject(at) ? calleeOf(at) : undefined;
    if (stub !== undefined) {
      const rest: string[] = [];
      for (let r = i; r < path.length; r++) rest[rest.length] = path[r]!;
      if (message === undefined && rest.length === 0) return { call: undefined, value: at };
      return { call: stub.send(rest, message), value: undefined };
    }
    if (i === path.length) break;
    if (!isObject(at) || !ObjectPrototypeHasOwnProperty(at, path[i]!)) {
      message?.withdraw();
      throw new TypeError(`The RPC receiver does not implement the method "${path[i]}".`);
    }
    at = (at as Record<string, unknown>)[path[i]!];
  }
  if (message === undefined) return { call: undefined, value: at };
  message.withdraw();
  throw new TypeError(`"${path.length === 0 ? "(this)" : path[path.length - 1]}" is not a function.`);
}

let calleeOf: (value: object) => Callee | undefined;
export function setCalleeFinder(finder: (value: object) => Callee | undefined): void {
  calleeOf = finder;
}

/** What a callee threw: an error's name and message, or another value. */
export type ThrownDescription = ["error", string, string] | ["value", unknown];

function revive(description: ThrownDescription): unknown {
  return description[0] === "error" ? markRemote(namedError(description[1], description[2])) : description[1];
}
