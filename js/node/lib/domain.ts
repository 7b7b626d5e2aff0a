import EventEmitter from "lib:events";
import { notImplemented } from "lib:internal/stub";

export class Domain extends EventEmitter {
  members: unknown[] = [];
  add(): void {}
  remove(): void {}
  enter(): void {}
  exit(): void {}
  bind(callback: Function): Function { return callback; }
  intercept(callback: Function): Function { return (_error: unknown, ...args: unknown[]) => callback(...args); }
  run(): never { throw notImplemented("domain.run"); }
}
export const create = (): Domain => new Domain();
export default { Domain, create, createDomain: create, _stack: [], active: undefined };
