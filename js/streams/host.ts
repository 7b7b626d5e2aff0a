// Streams over bytes that the host holds, or that are in memory already. They do nothing until they are read, and
// whoever needs the bytes as a whole takes them from behind the untouched stream.
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeSet } from "../core/primordials.ts";
import { copyBytes } from "../core/bytes.ts";
import { utf8Encode } from "../encoding/index.ts";
import { typeError } from "./errors.ts";
import "./ops.ts";
import type { Done } from "./promises.ts";
import { ByteControllerState } from "./readable-byte-state.ts";
import { DefaultReaderState, ReadableState, type KnownBody } from "./readable-state.ts";
import { readableStateOf, wrapReadable, type ReadableStream } from "./readable-stream.ts";
import type { Source } from "./underlying.ts";

const readSize = 64 * 1024;

/** Bytes that the host hands out piece by piece. */
export abstract class HostBytes implements Source<ByteControllerState> {
  #controller: ByteControllerState | undefined = undefined;
  #onRead: ((bytes: Uint8Array<ArrayBuffer> | null) => unknown) | undefined = undefined;

  /** The next bytes, at most `max`; null at the end. */
  protected abstract read(max: number): Promise<Uint8Array<ArrayBuffer> | null>;

  abstract cancel(reason: unknown): Done;

  pull(controller: ByteControllerState): Promise<unknown> {
    this.#controller = controller;
    this.#onRead ??= (bytes) => this.#deliver(bytes);
    const request = controller.byobRequest;
    const max = request === null ? readSize : TypedArrayPrototypeGetByteLength(request.view!);
    return PromisePrototypeThen(this.read(max), this.#onRead);
  }

  #deliver(bytes: Uint8Array<ArrayBuffer> | null): void {
    const controller = this.#controller!;
    // Cancelled, or errored by an abort, while the host was reading.
    if (!controller.canCloseOrEnqueue) return;
    if (bytes === null) {
      endBytes(controller);
      return;
    }
    const request = controller.byobRequest;
    if (request === null) {
      enqueueBytes(controller, bytes);
    } else {
      const length = TypedArrayPrototypeGetByteLength(bytes);
      // The reader that gave the host its buffer's size may have been released for one with a smaller buffer.
      if (length > TypedArrayPrototypeGetByteLength(request.view!)) {
        enqueueBytes(controller, bytes);
      } else {
        TypedArrayPrototypeSet(request.view!, bytes);
        controller.respond(length);
      }
    }
  }
}

export class HostBody extends HostBytes implements KnownBody {
  readonly id: number;
  readonly length: number | null;

  constructor(id: number, length: number | null) {
    super();
    this.id = id;
    this.length = length;
  }

  protected read(max: number): Promise<Uint8Array<ArrayBuffer> | null> {
    return ops.body_read(this.id, max);
  }

  cancel(): void {
    ops.body_cancel(this.id);
  }
}

class MemoryBody implements Source<ByteControllerState>, KnownBody {
  readonly #content: string | Uint8Array<ArrayBuffer>;
  /** Other streams hand out the same bytes: this one hands out a copy. */
  readonly #shared: boolean;

  constructor(content: string | Uint8Array<ArrayBuffer>, shared: boolean) {
    this.#content = content;
    this.#shared = shared;
  }

  get length(): number | null {
    return typeof this.#content === "string" ? null : TypedArrayPrototypeGetByteLength(this.#content);
  }

  take(): string | Uint8Array<ArrayBuffer> {
    const content = this.#content;
    return this.#shared && typeof content !== "string" ? copyBytes(content) : content;
  }

  share(): MemoryBody {
    return new MemoryBody(this.#content, true);
  }

  pull(controller: ByteControllerState): void {
    const content = this.take();
    const bytes = typeof content === "string" ? utf8Encode(content) : content;
    if (TypedArrayPrototypeGetByteLength(bytes) > 0) enqueueBytes(controller, bytes);
    endBytes(controller);
  }
}

function enqueueBytes(controller: ByteControllerState, bytes: Uint8Array<ArrayBuffer>): void {
  controller.enqueueOwned(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes), TypedArrayPrototypeGetByteLength(bytes));
}

/** Closes a byte stream and answers the reads that wait with what they have. */
export function endBytes(controller: ByteControllerState): void {
  controller.close();
  if (controller.hasPendingPullIntos && controller.stream.state === "closed") controller.respond(0);
}

function readableOver(body: HostBody | MemoryBody): ReadableStream {
  const state = new ReadableState();
  new ByteControllerState(state, body, 0).startNow();
  state.body = body;
  return wrapReadable(state);
}

/** A byte stream over a body that the host holds. `length` is null (or -1) when it is not known. */
export function readableFromHost(bodyId: number, length: number | null): ReadableStream {
  return readableOver(new HostBody(bodyId, length === null || length < 0 ? null : length));
}

/** A byte stream over bytes that are in memory; the caller must not use them afterwards. */
export function readableFromBytes(content: Uint8Array<ArrayBuffer> | string): ReadableStream {
  return readableOver(new MemoryBody(content, false));
}

/** A byte stream over a source of the layer. Nothing is pulled before somebody reads. */
export function createByteStream(source: Source<ByteControllerState>): ReadableStream {
  const state = new ReadableState();
  new ByteControllerState(state, source, 0).startNow();
  return wrapReadable(state);
}

export function stateOf(stream: ReadableStream): ReadableState {
  const state = readableStateOf(stream);
  if (state === undefined) throw typeError("The value is not a ReadableStream.");
  return state;
}

export function isReadableStream(value: unknown): value is ReadableStream {
  return readableStateOf(value) !== undefined;
}

export function isDisturbed(stream: ReadableStream): boolean {
  return stateOf(stream).disturbed;
}

export function isLocked(stream: ReadableStream): boolean {
  return stateOf(stream).locked;
}

/** How many bytes the whole stream will yield, -1 when that is not known. */
export function expectedLength(stream: ReadableStream): number {
  return stateOf(stream).body?.length ?? -1;
}

/** The host body behind a stream that nobody has locked or read. */
export function hostBodyOf(stream: ReadableStream): number | undefined {
  const state = stateOf(stream);
  return state.untouched && state.body instanceof HostBody ? state.body.id : undefined;
}

/** The same, and the stream is locked and disturbed from now on: its bytes go another way. 0 when there is none. */
export function takeHostBody(stream: ReadableStream): number {
  const id = hostBodyOf(stream);
  if (id === undefined) return 0;
  seize(stateOf(stream));
  return id;
}

/** Locks a stream for the layer. */
export function readerOf(stream: ReadableStream): DefaultReaderState {
  return seize(stateOf(stream));
}

/** Marks a stream as read by somebody who keeps it locked. */
export function seize(state: ReadableState): DefaultReaderState {
  const reader = new DefaultReaderState(state);
  state.disturbed = true;
  return reader;
}

/** The bytes of an untouched stream whose bytes are in memory; the stream is used up. */
export function takeMemory(state: ReadableState): Uint8Array<ArrayBuffer> | undefined {
  const content = takeContentOf(state);
  return typeof content === "string" ? utf8Encode(content) : content;
}

/** The same, of text as it is: it stands for its UTF-8 form. */
export function takeContent(stream: ReadableStream): string | Uint8Array<ArrayBuffer> | undefined {
  return takeContentOf(stateOf(stream));
}

function takeContentOf(state: ReadableState): string | Uint8Array<ArrayBuffer> | undefined {
  if (!state.untouched || !(state.body instanceof MemoryBody)) return undefined;
  const content = state.body.take();
  seize(state);
  state.close();
  return content;
}

/** Two streams over the content of one whose content is in memory. */
export function shareMemory(state: ReadableState): [ReadableStream, ReadableStream] | undefined {
  if (!state.untouched || !(state.body instanceof MemoryBody)) return undefined;
  const body = state.body;
  seize(state);
  return [readableOver(body.share()), readableOver(body.share())];
}

/** Cancels a stream whoever holds its lock. A failure to cancel interests nobody. */
export function cancelReadable(stream: ReadableStream, reason: unknown): void {
  PromisePrototypeThen(stateOf(stream).cancel(reason), undefined, () => {});
}

/** Makes a stream fail for its reader. */
export function errorReadable(stream: ReadableStream, reason: unknown): void {
  stateOf(stream).controller.error(reason);
}
