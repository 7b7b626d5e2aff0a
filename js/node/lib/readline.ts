// There is no terminal to read from. https://developers.cloudflare.com/workers/runtime-apis/nodejs/
import EventEmitter from "lib:events";

export class Interface extends EventEmitter {
  terminal = false;
  line = "";
  cursor = 0;
  getPrompt(): string { return ""; }
  setPrompt(): void {}
  prompt(): void {}
  question(_query: unknown, options: unknown, callback?: Function): void {
    const answer = callback ?? options;
    if (typeof answer === "function") answer("");
  }

  resume(): this { return this; }
  close(): void { this.emit("close"); }
  pause(): this { return this; }
  write(): void {}
  getCursorPos(): object { return { rows: 0, cols: 0 }; }
  async* [Symbol.asyncIterator](): AsyncGenerator<string> {}
}
const yes = (): boolean => true;
const readline = {
  Interface, createInterface: (): Interface => new Interface(), clearLine: yes, clearScreenDown: yes, cursorTo: yes, moveCursor: yes, emitKeypressEvents: (): void => {},
  get promises(): unknown { return require("readline/promises"); },
};
export default readline;
