// The synchronous functions of node:fs; the others are made of them.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { EBADF, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, failure, FileNode, find, FolderNode, get, LinkNode, locate, pathOf, requireWritable } from "lib:internal/fs/tree";
import { Dirent, Stats } from "lib:internal/fs/stats";
import { posix } from "lib:path";

const { clockNow, console, ops } = internalBinding("layer");
const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = internalBinding("constants").fs;
const flagNames: Record<string, number> = {
  r: O_RDONLY, rs: O_RDONLY, "r+": O_RDWR, "rs+": O_RDWR, w: O_TRUNC | O_CREAT | O_WRONLY, wx: O_TRUNC | O_CREAT | O_WRONLY | O_EXCL, "w+": O_TRUNC | O_CREAT | O_RDWR,
  "wx+": O_TRUNC | O_CREAT | O_RDWR | O_EXCL, a: O_APPEND | O_CREAT | O_WRONLY, ax: O_APPEND | O_CREAT | O_WRONLY | O_EXCL, as: O_APPEND | O_CREAT | O_WRONLY,
  "a+": O_APPEND | O_CREAT | O_RDWR, "ax+": O_APPEND | O_CREAT | O_RDWR | O_EXCL, "as+": O_APPEND | O_CREAT | O_RDWR,
};

interface Opened { node: any; flags: number; at: number; path: string }
const opened = new Map<number, Opened>();
let lastDescriptor = 2;

function descriptor(fd: any, syscall: string): Opened {
  if (typeof fd !== "number") throw new codes.ERR_INVALID_ARG_TYPE("fd", "number", fd);
  if (!Number.isInteger(fd) || fd < 0 || fd > 2147483647) throw new codes.ERR_OUT_OF_RANGE("fd", ">= 0 && <= 2147483647", fd);
  const found = opened.get(fd);
  if (found === undefined) throw failure(EBADF, syscall);
  return found;
}

const fileOf = (open: Opened, syscall: string): any => {
  if (!(open.node instanceof FileNode)) throw failure(EISDIR, syscall);
  return open.node;
};

const encodingOf = (options: any): string | undefined => {
  const encoding = typeof options === "string" ? options : options?.encoding ?? undefined;
  if (encoding !== undefined && encoding !== "buffer" && !Buffer.isEncoding(encoding)) throw new codes.ERR_INVALID_ARG_VALUE("encoding", encoding, "is invalid encoding");
  return encoding;
};
const named = (text: string, options: any): any => {
  const encoding = encodingOf(options) ?? "utf8";
  return encoding === "utf8" ? text : encoding === "buffer" ? Buffer.from(text) : Buffer.from(text).toString(encoding);
};
const bytesOf = (data: any, options?: any): Uint8Array => {
  if (typeof data === "string") return Buffer.from(data, encodingOf(options) ?? "utf8");
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new codes.ERR_INVALID_ARG_TYPE("data", ["string", "Buffer", "TypedArray", "DataView"], data);
};

export function openSync(path: any, flags: any = "r"): number {
  const full = pathOf(path);
  const bits = typeof flags === "number" ? flags : flagNames[flags];
  if (bits === undefined) throw new codes.ERR_INVALID_ARG_VALUE("flags", flags);
  let node = find(full, "open");
  if (node !== undefined && (bits & (O_CREAT | O_EXCL)) === (O_CREAT | O_EXCL)) throw failure(EEXIST, "open", full);
  if (node === undefined) {
    if ((bits & O_CREAT) === 0) throw failure(ENOENT, "open", full);
    const { folder, name } = locate(full, "open");
    requireWritable(folder, "open", full);
    node = new FileNode(0o100666);
    folder.entries.set(name, node);
  } else if (node instanceof FolderNode && (bits & (O_WRONLY | O_RDWR)) !== 0) {
    throw failure(EISDIR, "open", full);
  } else if ((bits & O_DIRECTORY) !== 0 && !(node instanceof FolderNode)) {
    throw failure(ENOTDIR, "open", full);
  }
  if ((bits & O_TRUNC) !== 0 && node instanceof FileNode) node.resize(0);
  opened.set(++lastDescriptor, { node, flags: bits, at: 0, path: full });
  return lastDescriptor;
}

export function closeSync(fd: any): void {
  descriptor(fd, "close");
  opened.delete(fd);
}

export function readSync(fd: any, buffer: any, offset?: any, length?: any, position?: any): number {
  if (!ArrayBuffer.isView(buffer)) throw new codes.ERR_INVALID_ARG_TYPE("buffer", ["Buffer", "TypedArray", "DataView"], buffer);
  if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
  const start = offset ?? 0;
  const count = length ?? buffer.byteLength - start;
  if (start < 0 || start > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE("offset", `>= 0 && <= ${buffer.byteLength}`, start);
  if (count < 0 || start + count > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE("length", `>= 0 && <= ${buffer.byteLength - start}`, count);
  const open = descriptor(fd, "read");
  const moves = position === undefined || position === null || position === -1;
  const read = fileOf(open, "read").read(moves ? open.at : Number(position), new Uint8Array(buffer.buffer, buffer.byteOffset + start, count));
  if (moves) open.at += read;
  return read;
}

export function writeSync(fd: any, data: any, offset?: any, length?: any, position?: any): number {
  let bytes: Uint8Array;
  if (typeof data === "string") {
    bytes = bytesOf(data, typeof length === "string" ? length : undefined);
    position = offset;
  } else {
    bytes = bytesOf(data);
    if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
    bytes = bytes.subarray(offset ?? 0, (offset ?? 0) + (length ?? bytes.length));
  }
  if (fd === 1 || fd === 2) {
    console[fd === 1 ? "log" : "error"](Buffer.from(bytes).toString().replace(/\n$/, ""));
    return bytes.length;
  }
  const open = descriptor(fd, "write");
  if ((open.flags & (O_WRONLY | O_RDWR)) === 0) throw failure(EBADF, "write");
  const file = fileOf(open, "write");
  const moves = position === undefined || position === null;
  const at = (open.flags & O_APPEND) !== 0 ? file.size : moves ? open.at : Number(position);
  const written = file.write(at, bytes);
  if (moves) open.at = at + written;
  return written;
}

export const readvSync = (fd: any, buffers: any[], position?: any): number =>
  buffers.reduce((total, buffer) => total + readSync(fd, buffer, 0, buffer.byteLength, position === undefined || position === null ? null : position + total), 0);
export const writevSync = (fd: any, buffers: any[], position?: any): number =>
  buffers.reduce((total, buffer) => total + writeSync(fd, buffer, 0, buffer.byteLength, position === undefined || position === null ? null : position + total), 0);

export function readFileSync(path: any, options?: any): any {
  const encoding = encodingOf(options);
  const node = typeof path === "number" ? descriptor(path, "read").node : get(pathOf(path), "open");
  if (!(node instanceof FileNode)) throw failure(EISDIR, "read");
  node.accessed = clockNow();
  const bytes = Buffer.from(node.data.subarray(0, node.size));
  return encoding === undefined || encoding === "buffer" ? bytes : bytes.toString(encoding);
}

export function writeFileSync(path: any, data: any, options?: any): void {
  const bytes = bytesOf(data, options);
  const isOpen = typeof path === "number";
  const fd = isOpen ? path : openSync(path, options?.flag ?? "w");
  try {
    writeSync(fd, bytes);
  } finally {
    if (!isOpen) closeSync(fd);
  }
}
export const appendFileSync = (path: any, data: any, options?: any): void => writeFileSync(path, data, { ...(typeof options === "string" ? { encoding: options } : options), flag: options?.flag ?? "a" });

export function existsSync(path: any): boolean {
  try {
    return find(pathOf(path), "access") !== undefined;
  } catch {
    return false;
  }
}
export function accessSync(path: any, mode = 0): void {
  const full = pathOf(path);
  const node = get(full, "access");
  if ((mode & 2) !== 0 && node instanceof FolderNode && !node.writable) requireWritable(node, "access", full);
}

const status = (follow: boolean, syscall: string) => (path: any, options?: any): any => {
  const full = pathOf(path);
  try {
    return new Stats(get(full, syscall, follow), options?.bigint);
  } catch (error: any) {
    if (options?.throwIfNoEntry === false && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
};
export const statSync = status(true, "stat");
export const lstatSync = status(false, "lstat");
export const fstatSync = (fd: any, options?: any): any => new Stats(descriptor(fd, "fstat").node, options?.bigint);
export const statfsSync = (): object => ({ type: 0, bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 });

export function mkdirSync(path: any, options?: any): string | undefined {
  const full = pathOf(path);
  const recursive = options?.recursive === true;
  let first: string | undefined;
  const parts = full.split("/").filter(Boolean);
  for (let i = recursive ? 1 : parts.length; i <= parts.length; i++) {
    const part = `/${parts.slice(0, i).join("/")}`;
    const known = find(part, "mkdir");
    if (known !== undefined) {
      if (!recursive || !(known instanceof FolderNode)) throw failure(EEXIST, "mkdir", full);
      continue;
    }
    const { folder, name } = locate(part, "mkdir");
    requireWritable(folder, "mkdir", full);
    folder.entries.set(name, new FolderNode());
    first ??= part;
  }
  return recursive ? first : undefined;
}

export function mkdtempSync(prefix: any, options?: any): any {
  const start = isString(prefix);
  let path: string;
  do path = start + Buffer.from(ops.crypto_random_bytes(6)).toString("base64url").replace(/[-_]/g, "x").slice(0, 6);
  while (existsSync(path));
  mkdirSync(path);
  return named(path, options);
}
const isString = (prefix: any): string => {
  if (typeof prefix !== "string" && !ArrayBuffer.isView(prefix) && !(prefix instanceof URL)) throw new codes.ERR_INVALID_ARG_TYPE("prefix", ["string", "Buffer", "URL"], prefix);
  return typeof prefix === "string" ? prefix : pathOf(prefix);
};

export function readdirSync(path: any, options?: any): any[] {
  const full = pathOf(path);
  const found: any[] = [];
  const list = (folder: string, inside: string): void => {
    const node = get(folder, "scandir");
    if (!(node instanceof FolderNode)) throw failure(ENOTDIR, "scandir", full);
    for (const name of [...node.entries.keys()].sort()) {
      const child = node.entries.get(name)!;
      found.push(options?.withFileTypes ? new Dirent(named(name, options), folder, child) : named(inside + name, options));
      if (options?.recursive && child instanceof FolderNode) list(posix.join(folder, name), `${inside}${name}/`);
    }
  };
  list(full, "");
  return found;
}

export function unlinkSync(path: any): void {
  const full = pathOf(path);
  const node = get(full, "unlink", false);
  const { folder, name } = locate(full, "unlink");
  requireWritable(folder, "unlink", full);
  if (node instanceof FolderNode) throw failure(EISDIR, "unlink", full);
  folder.entries.delete(name);
}

export function rmdirSync(path: any): void {
  const full = pathOf(path);
  const node = get(full, "rmdir", false);
  if (!(node instanceof FolderNode)) throw failure(ENOTDIR, "rmdir", full);
  const { folder, name } = locate(full, "rmdir");
  requireWritable(folder, "rmdir", full);
  if (node.entries.size > 0) throw failure(ENOTEMPTY, "rmdir", full);
  folder.entries.delete(name);
}

export function rmSync(path: any, options?: any): void {
  const full = pathOf(path);
  const node = find(full, "rm", false);
  if (node === undefined) {
    if (options?.force) return;
    throw failure(ENOENT, "rm", full);
  }
  const { folder, name } = locate(full, "rm");
  requireWritable(folder, "rm", full);
  if (node instanceof FolderNode && !options?.recursive) throw new codes.ERR_FS_EISDIR({ code: "EISDIR", message: "is a directory", path: full, syscall: "rm", errno: EISDIR });
  folder.entries.delete(name);
}

export function renameSync(from: any, to: any): void {
  const [source, target] = [pathOf(from, "oldPath"), pathOf(to, "newPath")];
  const node = find(source, "rename", false);
  if (node === undefined) throw failure(ENOENT, "rename", source, target);
  const old = locate(source, "rename");
  const next = locate(target, "rename");
  requireWritable(old.folder, "rename", source);
  requireWritable(next.folder, "rename", target);
  const there = next.folder.entries.get(next.name);
  if (there instanceof FolderNode && (!(node instanceof FolderNode) || there.entries.size > 0)) throw failure(node instanceof FolderNode ? ENOTEMPTY : EISDIR, "rename", source, target);
  if (node instanceof FolderNode && `${target}/`.startsWith(`${source}/`) && source !== target) throw failure(EINVAL, "rename", source, target);
  old.folder.entries.delete(old.name);
  next.folder.entries.set(next.name, node);
}

export function copyFileSync(from: any, to: any, mode = 0): void {
  const source = pathOf(from, "src");
  const node = get(source, "copyfile");
  if (!(node instanceof FileNode)) throw failure(EISDIR, "copyfile", source);
  writeFileSync(to, node.data.subarray(0, node.size), { flag: (mode & 1) !== 0 ? "wx" : "w" });
}

export function cpSync(from: any, to: any, options?: any): void {
  const [source, target] = [pathOf(from, "src"), pathOf(to, "dest")];
  if (!(get(source, "cp") instanceof FolderNode)) return copyFileSync(source, target);
  if (!options?.recursive) throw new codes.ERR_FS_EISDIR({ code: "EISDIR", message: `Recursive option not enabled, cannot copy a directory: ${source}`, path: source, syscall: "cp", errno: EISDIR });
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) cpSync(posix.join(source, name), posix.join(target, name), options);
}

export function symlinkSync(target: any, path: any): void {
  const full = pathOf(path);
  const { folder, name } = locate(full, "symlink");
  requireWritable(folder, "symlink", full);
  if (folder.entries.has(name)) throw failure(EEXIST, "symlink", isString(target), full);
  folder.entries.set(name, new LinkNode(isString(target)));
}

export function linkSync(existing: any, path: any): void {
  const full = pathOf(path, "newPath");
  const node = get(pathOf(existing, "existingPath"), "link");
  const { folder, name } = locate(full, "link");
  requireWritable(folder, "link", full);
  if (folder.entries.has(name)) throw failure(EEXIST, "link", full);
  folder.entries.set(name, node);
}

export function readlinkSync(path: any, options?: any): any {
  const full = pathOf(path);
  const node = get(full, "readlink", false);
  if (!(node instanceof LinkNode)) throw failure(EINVAL, "readlink", full);
  return named(node.target, options);
}

export function realpathSync(path: any, options?: any): any {
  const full = pathOf(path);
  get(full, "realpath");
  let at = "/";
  for (const part of full.split("/").filter(Boolean)) {
    at = posix.join(at, part);
    for (let node = find(at, "realpath", false); node instanceof LinkNode; node = find(at, "realpath", false)) at = posix.resolve(posix.dirname(at), node.target);
  }
  return named(at, options);
}
(realpathSync as any).native = realpathSync;

export function truncateSync(path: any, length = 0): void {
  const node = get(pathOf(path), "open");
  if (!(node instanceof FileNode)) throw failure(EISDIR, "open", pathOf(path));
  node.resize(length);
}
export const ftruncateSync = (fd: any, length = 0): void => fileOf(descriptor(fd, "ftruncate"), "ftruncate").resize(length);

const touch = (node: any, accessed: any, modified: any): void => {
  const time = (value: any): number => (value instanceof Date ? value.getTime() : Number(value) * 1000);
  node.accessed = time(accessed);
  node.modified = time(modified);
};
export const utimesSync = (path: any, accessed: any, modified: any): void => touch(get(pathOf(path), "utime"), accessed, modified);
export const lutimesSync = (path: any, accessed: any, modified: any): void => touch(get(pathOf(path), "lutime", false), accessed, modified);
export const futimesSync = (fd: any, accessed: any, modified: any): void => touch(descriptor(fd, "futime").node, accessed, modified);

// Nobody but the worker is here: rights and owners say nothing.
export const chmodSync = (path: any): void => void get(pathOf(path), "chmod");
export const chownSync = (path: any): void => void get(pathOf(path), "chown");
export const lchmodSync = (path: any): void => void get(pathOf(path), "lchmod", false);
export const lchownSync = (path: any): void => void get(pathOf(path), "lchown", false);
export const fchmodSync = (fd: any): void => void descriptor(fd, "fchmod");
export const fchownSync = (fd: any): void => void descriptor(fd, "fchown");
export const fsyncSync = (fd: any): void => void descriptor(fd, "fsync");
export const fdatasyncSync = (fd: any): void => void descriptor(fd, "fdatasync");

export class Dir {
  path: string;
  #entries: any[] | undefined;
  constructor(path: any, options?: any) {
    this.path = path;
    this.#entries = readdirSync(path, { ...options, withFileTypes: true });
  }

  readSync(): any {
    if (this.#entries === undefined) throw new codes.ERR_DIR_CLOSED();
    return this.#entries.shift() ?? null;
  }

  closeSync(): void {
    if (this.#entries === undefined) throw new codes.ERR_DIR_CLOSED();
    this.#entries = undefined;
  }

  async read(): Promise<any> { return this.readSync(); }
  async close(): Promise<void> { this.closeSync(); }
  async* [Symbol.asyncIterator](): AsyncGenerator<any> {
    for (let entry = this.readSync(); entry !== null; entry = this.readSync()) yield entry;
    this.closeSync();
  }
}
export const opendirSync = (path: any, options?: any): Dir => new Dir(path, options);
