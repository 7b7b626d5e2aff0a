// The coders behind node:zlib, on the host's ops (native/zlib.cc).
const { ops } = internalBinding("layer");

// A coder whose stream was dropped without being closed.
const dropped = new FinalizationRegistry<number>((id) => ops.zlib_close(id));

const BROTLI_DECODE = 8;
const BROTLI_ENCODE = 9;
const ZSTD_COMPRESS = 10;
const ZSTD_DECOMPRESS = 11;

class Coder {
  mode: number;
  onerror: ((message: string, number: number, code: string) => void) | undefined;
  #id = 0;
  #state: Uint32Array | undefined;
  #callback: (() => void) | undefined;
  #closed = false;
  #writing = false;

  constructor(mode: number) { this.mode = mode; }

  protected open(parameters: ArrayBufferView, dictionary: ArrayBufferView | undefined, strict: boolean, size: number, state: Uint32Array, callback: () => void): boolean {
    const id = ops.zlib_open(this.mode, parameters, dictionary, strict, size);
    if (id === undefined) return false;
    this.#id = id;
    this.#state = state;
    this.#callback = callback;
    dropped.register(this, id, this);
    return true;
  }

  get id(): number { return this.#id; }

  #step(args: unknown[]): boolean {
    const failure = ops.zlib_step(this.#id, ...args, this.#state);
    if (failure === undefined) return true;
    this.onerror?.(failure[0], failure[2], failure[1]);
    return false;
  }

  writeSync(...args: unknown[]): void { this.#step(args); }

  write(...args: unknown[]): void {
    this.#writing = true;
    queueMicrotask(() => {
      this.#writing = false;
      if (this.#closed) this.#close();
      else if (this.#step(args)) this.#callback!();
    });
  }

  reset(): void {
    if (!ops.zlib_reset(this.#id)) this.onerror?.("Failed to reset stream", -2, "Z_STREAM_ERROR");
  }

  close(): void {
    this.#closed = true;
    if (!this.#writing) this.#close();
  }

  #close(): void {
    dropped.unregister(this);
    ops.zlib_close(this.#id);
  }
}

const failed = (): Error => Object.assign(new Error("Initialization failed"), { code: "ERR_ZLIB_INITIALIZATION_FAILED" });

export class Zlib extends Coder {
  init(windowBits: number, level: number, memLevel: number, strategy: number, state: Uint32Array, callback: () => void, dictionary?: ArrayBufferView, strict = false): void {
    if (!this.open(Int32Array.of(windowBits, level, memLevel, strategy), dictionary, strict, -1, state, callback)) {
      throw Object.assign(new Error(dictionary === undefined ? "Init error" : "Failed to set dictionary"), { code: "Z_STREAM_ERROR", errno: -2 });
    }
  }

  params(level: number, strategy: number): void {
    if (!ops.zlib_params(this.id, level, strategy)) this.onerror?.("Failed to set parameters", -2, "Z_STREAM_ERROR");
  }
}

class Brotli extends Coder {
  init(parameters: Uint32Array, state: Uint32Array, callback: () => void): void {
    if (!this.open(parameters, undefined, false, -1, state, callback)) throw failed();
  }

  params(): void {}
}
export class BrotliEncoder extends Brotli { constructor() { super(BROTLI_ENCODE); } }
export class BrotliDecoder extends Brotli { constructor() { super(BROTLI_DECODE); } }

class Zstd extends Coder {
  init(parameters: Uint32Array, size: number | undefined, state: Uint32Array, callback: () => void): void {
    if (!this.open(parameters, undefined, false, size ?? -1, state, callback)) throw failed();
  }

  params(): void {}
}
export class ZstdCompress extends Zstd { constructor() { super(ZSTD_COMPRESS); } }
export class ZstdDecompress extends Zstd { constructor() { super(ZSTD_DECOMPRESS); } }

export function crc32(data: unknown, value = 0): number {
  return ops.zlib_crc32(typeof data === "string" ? ops.utf8_encode(data) : data, value);
}
