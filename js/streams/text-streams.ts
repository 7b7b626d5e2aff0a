// https://encoding.spec.whatwg.org/#interface-textencoderstream and #interface-textdecoderstream
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { StringPrototypeCharCodeAt, StringPrototypeSlice } from "../core/primordials.ts";
import { isBufferSource, toDictionary, toDOMString } from "../core/webidl.ts";
import { createDecoder, decodingFor, malformed, notEncoded, utf8Encode, type Decoder } from "../encoding/index.ts";
import { illegalInvocation, typeError } from "./errors.ts";
import { wrapReadable, type ReadableStream } from "./readable-stream.ts";
import { TransformState, type Transformer } from "./transform-state.ts";
import { OriginalUint8Array } from "./views.ts";
import { wrapWritable, type WritableStream } from "./writable-stream.ts";

class EncodeTransformer implements Transformer {
  /** A high surrogate that ended a chunk and may find its partner in the next. */
  #pending = "";

  transform(chunk: unknown, controller: TransformState): void {
    let text = toDOMString(chunk);
    if (text.length === 0) return;
    text = this.#pending + text;
    const last = StringPrototypeCharCodeAt(text, text.length - 1);
    const split = last >= 0xd800 && last <= 0xdbff;
    this.#pending = split ? StringPrototypeSlice(text, -1) : "";
    if (split) text = StringPrototypeSlice(text, 0, -1);
    if (text.length > 0) controller.enqueue(utf8Encode(text));
  }

  flush(controller: TransformState): void {
    if (this.#pending !== "") controller.enqueue(utf8Encode(this.#pending));
  }
}

class DecodeTransformer implements Transformer {
  readonly #encoding: string;
  readonly #decoder: Decoder;

  constructor(encoding: string, fatal: boolean, ignoreBOM: boolean) {
    this.#encoding = encoding;
    this.#decoder = createDecoder(encoding, fatal, ignoreBOM);
  }

  transform(chunk: unknown, controller: TransformState): void {
    if (!isBufferSource(chunk)) throw typeError("Failed to decode: the chunk is not of type '(ArrayBuffer or ArrayBufferView)'.");
    this.#decode(viewBytes(chunk), true, controller);
  }

  flush(controller: TransformState): void {
    this.#decode(new OriginalUint8Array(0), false, controller);
  }

  #decode(bytes: Uint8Array<ArrayBuffer>, more: boolean, controller: TransformState): void {
    let text: string;
    try {
      text = this.#decoder.decode(bytes, more);
    } catch (error) {
      throw error === malformed ? notEncoded(this.#encoding) : error;
    }
    if (text !== "") controller.enqueue(text);
  }
}

export class TextEncoderStream {
  readonly #readable: ReadableStream;
  readonly #writable: WritableStream;

  constructor() {
    const transform = new TransformState(new EncodeTransformer());
    transform.start(undefined);
    this.#readable = wrapReadable(transform.readable);
    this.#writable = wrapWritable(transform.writable);
  }

  get encoding(): string {
    if (!(#readable in this)) throw illegalInvocation();
    return "utf-8";
  }

  get readable(): ReadableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable(): WritableStream {
    if (!(#readable in this)) throw illegalInvocation();
    return this.#writable;
  }
}
defineInterface("TextEncoderStream", TextEncoderStream);

export class TextDecoderStream {
  readonly #encoding: string;
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  readonly #readable: ReadableStream;
  readonly #writable: WritableStream;

  constructor(label: unknown = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const what = "Failed to construct 'TextDecoderStream'";
    const given = toDictionary<{ fatal?: unknown; ignoreBOM?: unknown }>(options, what);
    this.#fatal = !!given.fatal;
    this.#ignoreBOM = !!given.ignoreBOM;
    this.#encoding = decodingFor(label, what);
    const transform = new TransformState(new DecodeTransformer(this.#encoding, this.#fatal, this.#ignoreBOM));
    transform.start(undefined);
    this.#readable = wrapReadable(transform.readable);
    this.#writable = wrapWritable(transform.writable);
  }

  get encoding(): string {
    if (!(#encoding in this)) throw illegalInvocation();
    return this.#encoding;
  }

  get fatal(): boolean {
    if (!(#encoding in this)) throw illegalInvocation();
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    if (!(#encoding in this)) throw illegalInvocation();
    return this.#ignoreBOM;
  }

  get readable(): ReadableStream {
    if (!(#encoding in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable(): WritableStream {
    if (!(#encoding in this)) throw illegalInvocation();
    return this.#writable;
  }
}
defineInterface("TextDecoderStream", TextDecoderStream);
