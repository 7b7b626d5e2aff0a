// https://nodejs.org/api/fs.html#promises-api
import EventEmitter from "lib:events";
import * as sync from "lib:internal/fs/sync";
import { methods } from "lib:internal/stub";

const all: Record<string, any> = { ...sync };
const promised = (name: string) => async (...args: any[]): Promise<any> => {
  if (args[0] instanceof FileHandle) args[0] = args[0].fd;
  return all[`${name}Sync`](...args);
};

export class FileHandle extends EventEmitter {
  #fd: number;
  constructor(fd: number) {
    super();
    this.#fd = fd;
  }

  get fd(): number { return this.#fd; }
  async read(buffer?: any, ...rest: any[]): Promise<object> {
    if (!ArrayBuffer.isView(buffer)) {
      const options = buffer ?? {};
      [buffer, rest] = [options.buffer ?? require("buffer").Buffer.alloc(16384), [options.offset, options.length, options.position]];
    }
    return { bytesRead: sync.readSync(this.#fd, buffer, ...rest), buffer };
  }

  async write(data: any, ...rest: any[]): Promise<object> { return { bytesWritten: sync.writeSync(this.#fd, data, ...rest), buffer: data }; }
  async readv(buffers: any[], position?: any): Promise<object> { return { bytesRead: sync.readvSync(this.#fd, buffers, position), buffers }; }
  async writev(buffers: any[], position?: any): Promise<object> { return { bytesWritten: sync.writevSync(this.#fd, buffers, position), buffers }; }
  async readFile(options?: any): Promise<any> { return sync.readFileSync(this.#fd, options); }
  async writeFile(data: any, options?: any): Promise<void> { sync.writeFileSync(this.#fd, data, options); }
  async appendFile(data: any, options?: any): Promise<void> { sync.writeFileSync(this.#fd, data, options); }
  async stat(options?: any): Promise<any> { return sync.fstatSync(this.#fd, options); }
  async truncate(length?: number): Promise<void> { sync.ftruncateSync(this.#fd, length); }
  async utimes(accessed: any, modified: any): Promise<void> { sync.futimesSync(this.#fd, accessed, modified); }
  async sync(): Promise<void> {}
  async datasync(): Promise<void> {}
  async chmod(): Promise<void> {}
  async chown(): Promise<void> {}
  async close(): Promise<void> {
    if (this.#fd >= 0) sync.closeSync(this.#fd);
    this.#fd = -1;
    this.emit("close");
  }

  createReadStream(options?: any): any { return require("fs").createReadStream("", { ...options, fd: this.#fd }); }
  createWriteStream(options?: any): any { return require("fs").createWriteStream("", { ...options, fd: this.#fd }); }
  async* readLines(options?: any): AsyncGenerator<string> { yield* String(sync.readFileSync(this.#fd, { encoding: "utf8", ...options })).split(/\r?\n/); }
  [Symbol.asyncDispose](): Promise<void> { return this.close(); }
}

const names = Object.keys(all).filter((name) => name.endsWith("Sync") && !["existsSync", "openSync", "closeSync", "readSync", "writeSync"].includes(name) && !/^f[a-z]/.test(name));
export default {
  ...Object.fromEntries(names.map((name) => [name.slice(0, -4), promised(name.slice(0, -4))])),
  open: async (path: any, flags?: any): Promise<FileHandle> => new FileHandle(sync.openSync(path, flags)),
  constants: internalBinding("constants").fs,
  ...methods("fs/promises", "watch", "glob"),
};
