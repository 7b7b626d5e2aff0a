// https://developers.cloudflare.com/workers/runtime-apis/nodejs/fs/
import { validateFunction } from "lib:internal/validators";
import * as sync from "lib:internal/fs/sync";
import { Dirent, Stats } from "lib:internal/fs/stats";
import { methods } from "lib:internal/stub";
import { Readable, Writable } from "lib:stream";

const constants = internalBinding("constants").fs;
const all: Record<string, any> = { ...sync };

// `readFile(path, options, callback)` out of `readFileSync(path, options)`.
const withCallback = (name: string) => (...args: any[]): void => {
  const callback = args.pop();
  validateFunction(callback, "cb");
  let error: unknown = null;
  let result: unknown;
  try {
    result = all[`${name}Sync`](...args);
  } catch (thrown: any) {
    // Wrong arguments are thrown, failures are told.
    if (thrown.errno === undefined) throw thrown;
    error = thrown;
  }
  const rest = name === "read" || name === "write" || name === "readv" || name === "writev" ? [args[1]] : [];
  process.nextTick(() => (error === null ? callback(null, result, ...rest) : callback(error)));
};

const callbacks: Record<string, any> = {};
for (const name of Object.keys(all)) if (name.endsWith("Sync") && name !== "existsSync") callbacks[name.slice(0, -4)] = withCallback(name.slice(0, -4));
Object.defineProperty(callbacks.read, Symbol.for("nodejs.util.promisify.custom"), { value: async (fd: any, buffer: any, ...rest: any[]) => ({ bytesRead: sync.readSync(fd, buffer, ...rest), buffer }) });
callbacks.exists = (path: any, callback: any): void => {
  validateFunction(callback, "cb");
  process.nextTick(callback, sync.existsSync(path));
};
callbacks.realpath.native = callbacks.realpath;

function openFile(stream: ReadStream | WriteStream, done: (error?: unknown) => void): void {
  try {
    stream.fd ??= sync.openSync(stream.path, stream.flags);
  } catch (error) {
    done(error);
    return;
  }
  done();
  stream.emit("open", stream.fd);
  stream.emit("ready");
}

function closeFile(stream: ReadStream | WriteStream, closes: boolean, error: any, done: (error: any) => void): void {
  try {
    if (stream.fd !== null && closes) sync.closeSync(stream.fd);
  } catch (thrown) {
    error ??= thrown;
  }
  stream.fd = null;
  done(error);
}

export class ReadStream extends Readable {
  path: any;
  fd: number | null;
  bytesRead = 0;
  flags: string;
  #at: number | undefined;
  #end: number;
  #autoClose: boolean;

  constructor(path: any, options?: any) {
    if (typeof options === "string") options = { encoding: options };
    super({ highWaterMark: 65536, ...options });
    this.path = path;
    this.fd = options?.fd?.fd ?? options?.fd ?? null;
    this.flags = options?.flags ?? "r";
    this.#at = options?.start;
    this.#end = options?.end ?? Infinity;
    this.#autoClose = options?.autoClose !== false;
  }

  get pending(): boolean { return this.fd === null; }

  _construct(done: (error?: unknown) => void): void { openFile(this, done); }

  _read(size: number): void {
    const from = this.#at ?? null;
    const most = this.#end === Infinity ? size : Math.min(size, this.#end - (this.#at ?? this.bytesRead) + 1);
    if (most <= 0) {
      this.push(null);
      return;
    }
    try {
      const buffer = require("buffer").Buffer.alloc(most);
      const read = sync.readSync(this.fd, buffer, 0, most, from);
      if (this.#at !== undefined) this.#at += read;
      this.bytesRead += read;
      this.push(read === 0 ? null : buffer.subarray(0, read));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  _destroy(error: any, done: (error: any) => void): void { closeFile(this, this.#autoClose, error, done); }

  close(callback?: any): void {
    if (callback !== undefined) this.once("close", callback);
    this.destroy();
  }
}

export class WriteStream extends Writable {
  path: any;
  fd: number | null;
  bytesWritten = 0;
  flags: string;
  #at: number | undefined;
  #autoClose: boolean;

  constructor(path: any, options?: any) {
    if (typeof options === "string") options = { encoding: options };
    super({ ...options, decodeStrings: true });
    this.path = path;
    this.fd = options?.fd?.fd ?? options?.fd ?? null;
    this.flags = options?.flags ?? "w";
    this.#at = options?.start;
    this.#autoClose = options?.autoClose !== false;
    if (options?.encoding) this.setDefaultEncoding(options.encoding);
  }

  get pending(): boolean { return this.fd === null; }

  _construct(done: (error?: unknown) => void): void { openFile(this, done); }

  _write(chunk: any, _encoding: string, done: (error?: unknown) => void): void {
    try {
      const written = sync.writeSync(this.fd, chunk, 0, chunk.length, this.#at ?? null);
      if (this.#at !== undefined) this.#at += written;
      this.bytesWritten += written;
    } catch (error) {
      done(error);
      return;
    }
    done();
  }

  _destroy(error: any, done: (error: any) => void): void { closeFile(this, this.#autoClose, error, done); }

  close(callback?: any): void {
    if (callback !== undefined) this.once("close", callback);
    this.end();
  }
}

export default {
  ...all, ...callbacks, Dirent, Stats, ReadStream, WriteStream, FileReadStream: ReadStream, FileWriteStream: WriteStream, constants,
  F_OK: constants.F_OK, R_OK: constants.R_OK, W_OK: constants.W_OK, X_OK: constants.X_OK,
  createReadStream: (path: any, options?: any): ReadStream => new ReadStream(path, options),
  createWriteStream: (path: any, options?: any): WriteStream => new WriteStream(path, options),
  ...methods("fs", "watch", "watchFile", "unwatchFile", "glob", "globSync", "openAsBlob"),
  get promises(): unknown { return require("fs/promises"); },
};
