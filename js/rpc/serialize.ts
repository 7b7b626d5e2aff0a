// A value on its way to another worker. What structured cloning copies is copied; functions and RpcTargets stay here and a
// capability goes in their place; streams are handed over. The value is walked once, so that every getter runs once, and what V8
// serialises is the copy that came of it.
import { flagEnabled } from "../core/compatibility.ts";
import { isPlatformObject } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import {
  ArrayPrototypePush, MapPrototypeForEach, MapPrototypeGet, MapPrototypeSet, ObjectCreate, ObjectGetPrototypeOf, ObjectKeys, ObjectPrototype,
  ObjectPrototypeHasOwnProperty, ObjectPrototypeToString, PromisePrototypeThen, SetPrototypeAdd, SetPrototypeForEach, StringPrototypeSlice, SymbolDispose, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeSet,
} from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import * as kinds from "../core/value-kinds.ts";
import { isDOMException } from "../events/index.ts";
import { blobs } from "../blob/lazy.ts";
import { isHeaders, isRequest, isResponse } from "../fetch/index.ts";
import type { ReadableStream, WritableStream } from "../streams/index.ts";
import { streams } from "../streams/lazy.ts";
import { refuseClone } from "../structured-clone/stored.ts";
import { AttachmentKind, Attachments } from "./attachments.ts";
import { Origin, type ServiceAddress } from "./address.ts";
import { addExport, withdrawExport } from "./exports.ts";
import { findAddress } from "./fetcher.ts";
import { RpcTarget } from "./rpc-target.ts";
import { describeBlob, describeException, describeHeaders, describeRequest, describeResponse } from "./platform-objects.ts";
import { stubName, stubStateOf, type StubState } from "./stub-state.ts";

const OriginalUint8Array = Uint8Array;
const OriginalMap = Map;
const OriginalSet = Set;

/** What the host takes. */
export interface OutgoingMessage {
  readonly bytes: Uint8Array;
  readonly attachments: Uint8Array | undefined;
  /** Stubs in it, which the sender may have to give up. */
  readonly stubs: readonly StubState[];
  /** The host has taken it: begins to feed its streams. */
  sent(): void;
  /** It was not sent: takes back what was offered. */
  withdraw(): void;
}

/** Stands in the copy for what has its description beside it. */
class Placeholder {
  #place: number;

  constructor(place: number) {
    this.#place = place;
  }

  static placeOf(value: object): number | undefined {
    return #place in value ? value.#place : undefined;
  }
}

const hooks = {
  __proto__: null,
  fail: refuseClone,
  module: () => undefined,
  write: (object: object) => Placeholder.placeOf(object),
} as any;

export class Writer {
  readonly attachments = new Attachments();
  readonly stubs: StubState[] = [];
  readonly #seen = new OriginalMap<object, unknown>();
  readonly #special: unknown[] = [];
  readonly #exports: number[] = [];
  readonly #pumps: (() => void)[] = [];
  readonly #services: boolean;
  /** How many stubs of entrypoints are handed on. */
  services = 0;

  /** `services`: stubs of entrypoints and of Durable Objects can be handed on, too. */
  constructor(services: boolean) {
    this.#services = services;
  }

  /** `dispose` is called when the receiver is done with the value. */
  write(value: unknown, dispose: (() => unknown) | undefined = undefined): OutgoingMessage {
    try {
      const copy = this.copy(value);
      if (dispose !== undefined) this.#export({ __proto__: null, [SymbolDispose]: dispose }, true);
      const body = ops.serialize(copy, [], hooks);
      return {
        bytes: this.#special.length === 0 ? body : join(ops.serialize(this.#special, [], hooks), body),
        attachments: this.attachments.toBytes(),
        stubs: this.stubs,
        sent: () => {
          for (let i = 0; i < this.#pumps.length; i++) this.#pumps[i]!();
        },
        withdraw: () => this.#withdraw(),
      };
    } catch (error) {
      this.#withdraw();
      throw error;
    }
  }

  copy(value: unknown): unknown {
    if (!isObject(value)) return value;
    const seen = MapPrototypeGet(this.#seen, value);
    if (seen !== undefined) return seen;
    return typeof value === "function" ? this.#keep(value, this.#function(value)) : this.#object(value);
  }

  /** What to do once the host has taken the message. */
  later(pump: () => void): void {
    ArrayPrototypePush(this.#pumps, pump);
  }

  #keep<T>(value: object, copy: T): T {
    MapPrototypeSet(this.#seen, value, copy);
    return copy;
  }

  #placeholder(description: unknown): Placeholder {
    return new Placeholder(ArrayPrototypePush(this.#special, description) - 1);
  }

  #function(value: Function): unknown {
    const address = findAddress(value);
    if (address !== undefined) return this.#service(address);
    const stub = stubStateOf(value);
    if (stub !== undefined) return this.#stub(stub);
    const name = stubName(value);
    if (name !== undefined) return unsupported(name);
    return this.#export(value, true);
  }

  #export(target: object, ownProperties: boolean): Placeholder {
    const id = addExport(target, ownProperties);
    ArrayPrototypePush(this.#exports, id);
    return this.#placeholder(["stub", this.attachments.add(AttachmentKind.export, id)]);
  }

  #stub(stub: StubState): Placeholder {
    ArrayPrototypePush(this.stubs, stub);
    return this.#placeholder(["stub", this.attachments.add(AttachmentKind.import, stub.id)]);
  }

  #service(address: ServiceAddress): Placeholder {
    if (!this.#services) return refuseClone("ServiceStub cannot be serialized in this context.");
    if (address.origin === Origin.loopback) return unsupported("LoopbackServiceStub");
    if (address.origin === Origin.facet) return refuseFacet();
    if (address.origin === Origin.dynamic) {
      return refuseClone("Entrypoints to dynamically-loaded workers cannot be transferred to other Workers, because the system does not know how to reload this Worker from scratch. Instead, have the parent Worker expose an entrypoint which constructs the dynamic worker and forwards to it.");
    }
    this.services++;
    return this.#placeholder(["service", this.attachments.add(AttachmentKind.service, ops.service_number(address.binding, address.entrypoint, address.props))]);
  }

  #object(value: object): unknown {
    switch (ops.inspect_kind(value)) {
      case kinds.ARRAY: return this.#array(value as unknown[]);
      case kinds.MAP: {
        const copy = this.#keep(value, new OriginalMap());
        MapPrototypeForEach(value as Map<unknown, unknown>, (item, key) => MapPrototypeSet(copy, this.copy(key), this.copy(item)));
        return copy;
      }
      case kinds.SET: {
        const copy = this.#keep(value, new OriginalSet());
        SetPrototypeForEach(value as Set<unknown>, (item) => SetPrototypeAdd(copy, this.copy(item)));
        return copy;
      }
      case kinds.PROXY: return this.#keep(value, this.#proxy(value));
      case kinds.DATE: case kinds.REGEXP: case kinds.BOXED: case kinds.TYPED_ARRAY: case kinds.ARRAY_BUFFER: case kinds.DATA_VIEW:
        return value;
      case kinds.ERROR: return isDOMException(value) ? this.#keep(value, this.#placeholder(describeException(value))) : value;
      case kinds.PROMISE: case kinds.WEAK: case kinds.ITERATOR: case kinds.GENERATOR: case kinds.MODULE_NAMESPACE: case kinds.WASM_MODULE:
        return unsupported(typeName(value));
    }
    const prototype = ObjectGetPrototypeOf(value);
    if (prototype === ObjectPrototype || prototype === null) return this.#plain(value as Record<string, unknown>);
    if (isTarget(prototype)) return this.#keep(value, this.#export(value, false));
    // A stub of a worker without the flag "rpc" is no proxy.
    const address = findAddress(value);
    if (address !== undefined) return this.#keep(value, this.#service(address));
    const description = this.#platform(value);
    return description === undefined ? unsupported(typeName(value)) : this.#keep(value, this.#placeholder(description));
  }

  #plain(value: Record<string, unknown>): unknown {
    // Without a prototype there are no setters: every name is a property.
    const copy = this.#keep(value, ObjectCreate(null) as Record<string, unknown>);
    const names = ObjectKeys(value);
    for (let i = 0; i < names.length; i++) copy[names[i]!] = this.copy(value[names[i]!]);
    return copy;
  }

  #array(value: unknown[]): unknown {
    const length = value.length;
    const copy: unknown[] = this.#keep(value, []);
    copy.length = length;
    if (length > 0 && !ObjectPrototypeHasOwnProperty(value, length - 1)) {
      // With holes: those that are there.
      const names = ObjectKeys(value);
      for (let i = 0; i < names.length; i++) copy[names[i] as unknown as number] = this.copy(value[names[i] as unknown as number]);
      return copy;
    }
    for (let i = 0; i < length; i++) if (ObjectPrototypeHasOwnProperty(value, i)) copy[i] = this.copy(value[i]);
    return copy;
  }

  // Whatever it seems to be stays behind it: its traps run when it is called.
  #proxy(value: object): unknown {
    const address = findAddress(value);
    if (address !== undefined) return this.#service(address);
    const prototype = ObjectGetPrototypeOf(value);
    if (prototype === ObjectPrototype) return this.#export(value, true);
    if (isTarget(prototype)) return this.#export(value, false);
    return refuseClone("Proxy could not be serialized because it is not a valid RPC receiver type. The Proxy must emulate either a plain object or an RpcTarget, as indicated by the Proxy's prototype chain.");
  }

  #platform(value: object): unknown {
    const stream = streams.loaded();
    if (stream !== undefined) {
      if (stream.isReadableStream(value)) return ["readable", this.readable(value)];
      if (stream.isWritableStream(value)) return ["writable", this.#writable(value)];
    }
    if (isHeaders(value)) return describeHeaders(value);
    if (isRequest(value)) return describeRequest(this, value);
    if (isResponse(value)) return describeResponse(this, value);
    const blob = blobs.loaded();
    if (blob?.isBlob(value) === true) return describeBlob(value);
    return undefined;
  }

  /** Hands a stream of bytes over; its place among the attachments. */
  readable(own: ReadableStream): number {
    if (streams().isLocked(own)) throw new TypeError("The ReadableStream has been locked to a reader.");
    const body = streams().takeHostBody(own);
    if (body !== 0) return this.attachments.add(AttachmentKind.readable, body);
    const sink = ops.sink_open();
    this.later(() => PromisePrototypeThen(streams().pumpToHost(own, sink), undefined, ignore));
    return this.attachments.add(AttachmentKind.produced, sink);
  }

  #writable(own: WritableStream): number {
    if (streams().isWritableLocked(own)) throw new TypeError("The WritableStream has been locked to a writer.");
    const body = ops.rpc_pipe();
    PromisePrototypeThen(streams().pumpFromHost(body, own), undefined, ignore);
    return this.attachments.add(AttachmentKind.writable, body);
  }

  #withdraw(): void {
    for (let i = 0; i < this.#exports.length; i++) withdrawExport(this.#exports[i]!);
  }
}

const ignore = (): void => {};

function isTarget(prototype: object | null): boolean {
  for (let each = prototype; each !== null; each = ObjectGetPrototypeOf(each)) if (each === RpcTarget.prototype) return true;
  return false;
}

function refuseFacet(): never {
  return refuseClone("Stubs pointing to Durable Object facets are not serializable.");
}

function unsupported(name: string): never {
  return refuseClone(`Could not serialize object of type "${name}". This type does not support serialization.`);
}

function typeName(value: object): string {
  if (isPlatformObject(value)) return StringPrototypeSlice(ObjectPrototypeToString(value), 8, -1);
  try {
    const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === "string" && name !== "" ? name : "Object";
  } catch {
    return "Object";
  }
}

// The descriptions, with their length in front: a message that has none begins with V8's own first byte, which no length does.
function join(head: Uint8Array, body: Uint8Array): Uint8Array {
  const length = TypedArrayPrototypeGetByteLength(head);
  const whole = new OriginalUint8Array(4 + length + TypedArrayPrototypeGetByteLength(body));
  whole[0] = length >>> 24;
  whole[1] = length >>> 16;
  whole[2] = length >>> 8;
  whole[3] = length;
  TypedArrayPrototypeSet(whole, head, 4);
  TypedArrayPrototypeSet(whole, body, 4 + length);
  return whole;
}

/** Whether stubs among the arguments of a call are the callee's afterwards, not the caller's too. */
export function transfersStubs(): boolean {
  return !flagEnabled("rpc_params_dup_stubs");
}
