// The files of an isolate: /tmp can be written, /bundle and /dev are there. Nothing of it outlives the isolate, nothing is shared.
// https://developers.cloudflare.com/workers/runtime-apis/nodejs/fs/
import { codes } from "lib:internal/codes";
import { fileURLToPath, isURL } from "lib:internal/url";
import { posix } from "lib:path";

const { clockNow, ops } = internalBinding("layer");
const { UV_ENOENT: ENOENT, UV_EEXIST: EEXIST, UV_ENOTDIR: ENOTDIR, UV_EISDIR: EISDIR, UV_ENOTEMPTY: ENOTEMPTY, UV_EPERM: EPERM, UV_EBADF: EBADF, UV_ELOOP: ELOOP, UV_EINVAL: EINVAL, UV_ENOSPC: ENOSPC } = internalBinding("uv");
export { EBADF, EEXIST, EINVAL, EISDIR, ENOENT, ENOSPC, ENOTDIR, ENOTEMPTY, EPERM };

let lastNode = 0;

export class Node {
  ino = ++lastNode;
  created = clockNow();
  modified = this.created;
  accessed = this.created;
  mode: number;
  constructor(mode: number) { this.mode = mode; }
}

export class FileNode extends Node {
  data = new Uint8Array(0);
  size = 0;

  /** Makes room for `size` bytes; the buffer doubles. */
  resize(size: number): void {
    if (size > this.data.length) {
      const data = new Uint8Array(Math.max(size, Math.min(this.data.length * 2, this.data.length + (1 << 24))));
      data.set(this.data.subarray(0, this.size));
      this.data = data;
    } else if (size < this.size) {
      this.data.fill(0, size, this.size);
    }
    this.size = size;
    this.modified = clockNow();
  }

  read(at: number, target: Uint8Array): number {
    const part = this.data.subarray(Math.min(at, this.size), Math.min(at + target.length, this.size));
    target.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): number {
    if (at + bytes.length > this.size) this.resize(at + bytes.length);
    this.data.set(bytes, at);
    this.modified = clockNow();
    return bytes.length;
  }
}

class Device extends FileNode {
  #kind: string;
  constructor(kind: string) {
    super(0o20666);
    this.#kind = kind;
  }

  override resize(): void {}
  override read(_at: number, target: Uint8Array): number {
    if (this.#kind === "null") return 0;
    if (this.#kind === "random") ops.crypto_random_fill(target);
    else target.fill(0);
    return target.length;
  }

  override write(_at: number, bytes: Uint8Array): number {
    if (this.#kind === "full") throw failure(ENOSPC, "write");
    return bytes.length;
  }
}

export class LinkNode extends Node {
  target: string;
  constructor(target: string) {
    super(0o120777);
    this.target = target;
  }
}

export class FolderNode extends Node {
  entries = new Map<string, Node>();
  writable: boolean;
  constructor(writable = true) {
    super(writable ? 0o40777 : 0o40555);
    this.writable = writable;
  }
}

const root = new FolderNode(false);
for (const name of ["bundle", "tmp", "dev"]) root.entries.set(name, new FolderNode(name === "tmp"));
for (const kind of ["null", "zero", "full", "random"]) (root.entries.get("dev") as FolderNode).entries.set(kind, new Device(kind));

export function failure(errno: number, syscall: string, path?: string, dest?: string): Error {
  const [code, description] = internalBinding("uv").getErrorMap().get(errno);
  const error: any = new Error(`${code}: ${description}, ${syscall}${path === undefined ? "" : ` '${path}'`}${dest === undefined ? "" : ` -> '${dest}'`}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

/** A path as the functions of node:fs take it: text, bytes or a file URL. */
export function pathOf(path: any, name = "path"): string {
  if (isURL(path)) path = fileURLToPath(path);
  else if (ArrayBuffer.isView(path)) path = require("buffer").Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString();
  if (typeof path !== "string") throw new codes.ERR_INVALID_ARG_TYPE(name, ["string", "Buffer", "URL"], path);
  if (path.includes("\0")) throw new codes.ERR_INVALID_ARG_VALUE(name, path, "must be a string, Uint8Array, or URL without null bytes");
  return posix.resolve(process.cwd(), path);
}

/** The folder and the name that a path ends in; symbolic links on the way are followed. */
export function locate(path: string, syscall: string, shown = path, depth = 0): { folder: FolderNode; name: string; path: string } {
  if (depth > 40) throw failure(ELOOP, syscall, shown);
  const parts = path.split("/").filter(Boolean);
  let folder = root;
  for (let i = 0; i < parts.length - 1; i++) {
    const next = folder.entries.get(parts[i]!);
    if (next === undefined) throw failure(ENOENT, syscall, shown);
    if (next instanceof LinkNode) {
      return locate(posix.resolve(`/${parts.slice(0, i).join("/")}`, next.target, ...parts.slice(i + 1)), syscall, shown, depth + 1);
    }
    if (!(next instanceof FolderNode)) throw failure(ENOTDIR, syscall, shown);
    folder = next;
  }
  return { folder, name: parts.at(-1) ?? "", path };
}

export function find(path: string, syscall: string, follow = true, shown = path, depth = 0): Node | undefined {
  if (path === "/") return root;
  const { folder, name, path: real } = locate(path, syscall, shown, depth);
  const node = folder.entries.get(name);
  if (!follow || !(node instanceof LinkNode)) return node;
  if (depth > 40) throw failure(ELOOP, syscall, shown);
  return find(posix.resolve(posix.dirname(real), node.target), syscall, true, shown, depth + 1);
}

export function get(path: string, syscall: string, follow = true): Node {
  const node = find(path, syscall, follow);
  if (node === undefined) throw failure(ENOENT, syscall, path);
  return node;
}

export function requireWritable(folder: FolderNode, syscall: string, path: string): void {
  if (!folder.writable) throw failure(EPERM, syscall, path);
}
