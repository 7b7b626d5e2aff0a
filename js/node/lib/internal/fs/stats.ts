import { FileNode, FolderNode, LinkNode } from "lib:internal/fs/tree";

const KINDS = 0o170000;

export class Stats {
  dev: any = 0; ino: any; mode: any; nlink: any = 1; uid: any = 0; gid: any = 0; rdev: any = 0; size: any; blksize: any = 4096; blocks: any;
  atimeMs: any; mtimeMs: any; ctimeMs: any; birthtimeMs: any; atime: Date; mtime: Date; ctime: Date; birthtime: Date;

  constructor(node: any, big = false) {
    const number = (value: number): any => (big ? BigInt(Math.trunc(value)) : value);
    const kind = node instanceof FolderNode || node instanceof LinkNode || node.mode & KINDS ? 0 : 0o100000;
    this.ino = number(node.ino);
    this.mode = number(node.mode | kind);
    this.size = number(node instanceof FileNode ? node.size : 0);
    this.blocks = number(Math.ceil(Number(this.size) / 512));
    this.atimeMs = number(node.accessed);
    this.mtimeMs = number(node.modified);
    this.ctimeMs = number(node.modified);
    this.birthtimeMs = number(node.created);
    if (big) for (const name of ["dev", "nlink", "uid", "gid", "rdev", "blksize"] as const) this[name] = BigInt(this[name]);
    this.atime = new Date(node.accessed);
    this.mtime = new Date(node.modified);
    this.ctime = new Date(node.modified);
    this.birthtime = new Date(node.created);
  }

  #is(kind: number): boolean { return (Number(this.mode) & KINDS) === kind; }
  isFile(): boolean { return this.#is(0o100000); }
  isDirectory(): boolean { return this.#is(0o40000); }
  isSymbolicLink(): boolean { return this.#is(0o120000); }
  isCharacterDevice(): boolean { return this.#is(0o20000); }
  isBlockDevice(): boolean { return this.#is(0o60000); }
  isFIFO(): boolean { return this.#is(0o10000); }
  isSocket(): boolean { return this.#is(0o140000); }
}

export class Dirent {
  name: any;
  parentPath: string;
  #node: any;

  constructor(name: any, parentPath: string, node: any) {
    this.name = name;
    this.parentPath = parentPath;
    this.#node = node;
  }

  isFile(): boolean { return this.#node instanceof FileNode && !this.isCharacterDevice(); }
  isDirectory(): boolean { return this.#node instanceof FolderNode; }
  isSymbolicLink(): boolean { return this.#node instanceof LinkNode; }
  isCharacterDevice(): boolean { return (this.#node.mode & KINDS) === 0o20000; }
  isBlockDevice(): boolean { return false; }
  isFIFO(): boolean { return false; }
  isSocket(): boolean { return false; }
}
