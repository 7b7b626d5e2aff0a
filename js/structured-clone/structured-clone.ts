// https://html.spec.whatwg.org/#structured-cloning. V8 serialises; platform objects travel beside the bytes.
import { errorStack } from "../core/error-stack.ts";
import { ops } from "../core/ops.ts";
import { ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeTransfer, ArrayPrototypeIndexOf, ArrayPrototypePush, ObjectDefineProperty } from "../core/primordials.ts";
import { isArrayBuffer, isObject, requireArguments, toDictionary, toSequence } from "../core/webidl.ts";
import { type Blob, blobBytes, blobFromBytes, blobType, createFile, fileLastModified, fileName, isBlob, isFile } from "../blob/index.ts";
import { copyQuotaExceededError, createDOMException, type DOMException, exceptionMessage, exceptionName, isDOMException } from "../events/index.ts";
import { refuseClone, refusePlatformObject } from "./stored.ts";

declare module "../core/ops.ts" {
  interface Ops {
    /** V8's serialisation of `value`; buffers in `transfer` are left out and named by their place there. */
    serialize(value: unknown, transfer: ArrayBuffer[], hooks: CloneHooks): Uint8Array<ArrayBuffer>;
    deserialize(bytes: Uint8Array, transferred: ArrayBuffer[], objects: object[] | undefined): unknown;
  }
}

export interface CloneHooks {
  fail(message: string): never;
  write(object: object): number | undefined;
  module(module: object): number;
}

/** A kind of platform object that moves to the other side by being listed for transfer (MessagePort, streams). */
export interface Transferable {
  is(value: unknown): boolean;
  /** False when it has been transferred (or is otherwise unfit). */
  canTransfer(value: any): boolean;
  /** Neuters `value` and returns the object that takes its place. */
  transfer(value: any): object;
}

const transferables: Transferable[] = [];

export function registerTransferable(kind: Transferable): void {
  ArrayPrototypePush(transferables, kind);
}

/** A value on its way: of use in this isolate only, and once. */
export interface Message {
  /** The value itself, when it is one that V8's serialiser does not keep apart from a plain error. */
  root: object | undefined;
  bytes: Uint8Array<ArrayBuffer> | undefined;
  buffers: ArrayBuffer[];
  objects: object[];
  /** What took the place of the ports (and such) listed for transfer, in their order. */
  transferred: object[];
}

/** "StructuredSerializeWithTransfer" */
export function serializeMessage(value: unknown, transfer: readonly object[]): Message {
  const buffers: ArrayBuffer[] = [];
  const listed: object[] = [];
  for (let i = 0; i < transfer.length; i++) {
    const item = transfer[i]!;
    if (ArrayPrototypeIndexOf(transfer, item) !== i) refuseClone("A value occurs twice in the transfer list.");
    if (isArrayBuffer(item)) {
      if (ArrayBufferPrototypeGetDetached(item)) refuseClone("An ArrayBuffer in the transfer list is detached.");
      ArrayPrototypePush(buffers, item);
    } else {
      if (kindOf(item)?.canTransfer(item) !== true) refuseClone("A value in the transfer list could not be transferred.");
      ArrayPrototypePush(listed, item);
    }
  }
  const message: Message = { root: undefined, bytes: undefined, buffers, objects: [], transferred: [] };
  if (isDOMException(value)) message.root = copyException(value);
  else message.bytes = ops.serialize(value, buffers, writingHooks(message.objects, listed));
  // Nothing can fail from here on but a buffer that a getter took away while its value was read.
  for (let i = 0; i < buffers.length; i++) {
    if (ArrayBufferPrototypeGetDetached(buffers[i]!)) refuseClone("An ArrayBuffer was detached while it was being cloned.");
    buffers[i] = ArrayBufferPrototypeTransfer(buffers[i]!);
  }
  for (let i = 0; i < listed.length; i++) {
    const original = listed[i]!;
    const successor = kindOf(original)!.transfer(original);
    ArrayPrototypePush(message.transferred, successor);
    const place = ArrayPrototypeIndexOf(message.objects, original);
    if (place !== -1) message.objects[place] = successor;
  }
  return message;
}

/** "StructuredDeserializeWithTransfer" */
export function deserializeMessage(message: Message): unknown {
  if (message.bytes === undefined) return message.root;
  return ops.deserialize(message.bytes, message.buffers, message.objects);
}

export function structuredClone<T>(value: T, options?: { transfer?: Iterable<object> }): T {
  const what = "Failed to execute 'structuredClone'";
  requireArguments(arguments.length, 1, what);
  return deserializeMessage(serializeMessage(value, toTransferList(toDictionary(options, what).transfer, what))) as T;
}

/** WebIDL's `sequence<object>`, absent for undefined. */
export function toTransferList(value: unknown, what: string): object[] {
  if (value === undefined) return [];
  return toSequence(value, (item) => {
    if (!isObject(item)) throw new TypeError(`${what}: a value in the transfer list is not an object.`);
    return item;
  }, what);
}

function writingHooks(objects: object[], listed: object[]): CloneHooks {
  const place = (object: object): number => ArrayPrototypePush(objects, object) - 1;
  return {
    __proto__: null,
    fail: refuseClone,
    module: place,
    write: (object: object) => {
      if (ArrayPrototypeIndexOf(listed, object) !== -1) return place(object);
      if (isBlob(object)) return place(copyBlob(object));
      refusePlatformObject(object);
      return undefined;
    },
  } as unknown as CloneHooks;
}

// Their content never changes: the copies share it.
function copyBlob(blob: Blob): Blob {
  return isFile(blob)
    ? createFile(blobBytes(blob), fileName(blob), blobType(blob), fileLastModified(blob))
    : blobFromBytes(blobBytes(blob), blobType(blob));
}

function copyException(exception: DOMException): DOMException {
  const copy = copyQuotaExceededError(exception) ?? createDOMException(exceptionName(exception), exceptionMessage(exception));
  const stack = errorStack(exception);
  if (stack !== undefined) ObjectDefineProperty(copy, "stack", { __proto__: null, value: stack, writable: true, configurable: true } as PropertyDescriptor);
  return copy;
}

function kindOf(value: object): Transferable | undefined {
  for (let i = 0; i < transferables.length; i++) if (transferables[i]!.is(value)) return transferables[i];
  return undefined;
}
