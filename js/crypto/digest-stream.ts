// Workers' DigestStream: a WritableStream that digests what is written to it.
// https://developers.cloudflare.com/workers/runtime-apis/web-crypto/#constructors
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { PromisePrototypeThen, PromiseWithResolvers, SymbolDispose } from "../core/primordials.ts";
import { isBufferSource } from "../core/webidl.ts";
import { utf8Encode } from "../encoding/index.ts";
import { WritableStream } from "../streams/index.ts";
import { lengthOf, toArrayBuffer, toBytes } from "./buffer-source.ts";
import type { Bytes } from "./ops.ts";
import { normalize, toAlgorithmIdentifier } from "./normalize.ts";

const what = "Failed to construct 'DigestStream'";
const OriginalBigInt = BigInt;

/** The digest under way: the sink of the stream, and the promise for the result. */
class RunningDigest {
  readonly result: PromiseWithResolvers<ArrayBuffer>;
  written = 0;
  #hash: string;
  // Undefined once the digest is done, or given up.
  #state: Bytes | undefined;

  constructor(hash: string) {
    this.#hash = hash;
    this.#state = ops.crypto_hash_start(hash);
    this.result = PromiseWithResolvers<ArrayBuffer>();
    // Whoever only wants to write need not watch the digest.
    PromisePrototypeThen(this.result.promise, undefined, () => {});
  }

  write(chunk: unknown): void {
    if (this.#state === undefined) return;
    if (typeof chunk !== "string" && !isBufferSource(chunk)) {
      const error = new TypeError("DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side.");
      this.abort(error);
      throw error;
    }
    const bytes = typeof chunk === "string" ? utf8Encode(chunk) : toBytes(chunk, "The chunk");
    this.written += lengthOf(bytes);
    ops.crypto_hash_update(this.#hash, this.#state, bytes);
  }

  close(): void {
    if (this.#state === undefined) return;
    const digest = ops.crypto_hash_finish(this.#hash, this.#state);
    this.#state = undefined;
    this.result.resolve(toArrayBuffer(digest));
  }

  abort(reason: unknown): void {
    if (this.#state === undefined) return;
    this.#state = undefined;
    this.result.reject(reason);
  }
}

export class DigestStream extends WritableStream {
  #digest: RunningDigest;

  constructor(algorithm: unknown) {
    const { mechanism } = normalize(toAlgorithmIdentifier(algorithm), "digest", what);
    const digest = new RunningDigest(mechanism.name);
    super({
      __proto__: null,
      write: (chunk: unknown) => digest.write(chunk),
      close: () => digest.close(),
      abort: (reason: unknown) => digest.abort(reason),
    } as object);
    this.#digest = digest;
  }

  /** The digest of all that was written, once the stream is closed. */
  get digest(): Promise<ArrayBuffer> {
    if (!(#digest in this)) throw new TypeError("Illegal invocation");
    return this.#digest.result.promise;
  }

  get bytesWritten(): bigint {
    if (!(#digest in this)) throw new TypeError("Illegal invocation");
    return OriginalBigInt(this.#digest.written);
  }

  [SymbolDispose](): void {
    if (!(#digest in this)) throw new TypeError("Illegal invocation");
    this.#digest.abort(new TypeError("The DigestStream was disposed."));
  }
}

defineInterface("DigestStream", DigestStream);
