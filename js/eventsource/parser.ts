// https://html.spec.whatwg.org/#event-stream-interpretation
import { StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice } from "../core/primordials.ts";
import { createDecoder } from "../encoding/index.ts";

const lineFeed = 10;
const carriageReturn = 13;

export interface EventStreamTarget {
  /** A block has ended: its id counts; it is an event only with data. */
  block(type: string, data: string | undefined, lastEventId: string): void;
  retry(milliseconds: number): void;
}

/** Takes an event stream apart. What has no blank line behind it when the stream ends is never heard of. */
export class EventStreamParser {
  readonly #target: EventStreamTarget;
  readonly #decoder = createDecoder("utf-8", false, false);
  #lastEventId: string;
  // Text without its line's end.
  #rest = "";
  // The line before ended with a carriage return that was the chunk's last character.
  #halfNewline = false;
  #type = "";
  #data: string | undefined;

  constructor(target: EventStreamTarget, lastEventId: string) {
    this.#target = target;
    this.#lastEventId = lastEventId;
  }

  push(bytes: Uint8Array): void {
    let text = this.#decoder.decode(bytes, true);
    if (text === "") return;
    if (this.#halfNewline && StringPrototypeCharCodeAt(text, 0) === lineFeed) text = StringPrototypeSlice(text, 1);
    this.#halfNewline = false;
    // Only what is new has to be searched: the rest has no line's end in it.
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = StringPrototypeCharCodeAt(text, i);
      if (code !== lineFeed && code !== carriageReturn) continue;
      const line = this.#rest + StringPrototypeSlice(text, start, i);
      this.#rest = "";
      if (code === carriageReturn) {
        if (i + 1 === text.length) this.#halfNewline = true;
        else if (StringPrototypeCharCodeAt(text, i + 1) === lineFeed) i++;
      }
      start = i + 1;
      this.#line(line);
    }
    this.#rest += StringPrototypeSlice(text, start);
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = StringPrototypeIndexOf(line, ":");
    if (colon === 0) return;
    if (colon === -1) return this.#field(line, "");
    const value = StringPrototypeSlice(line, line[colon + 1] === " " ? colon + 2 : colon + 1);
    this.#field(StringPrototypeSlice(line, 0, colon), value);
  }

  #field(name: string, value: string): void {
    switch (name) {
      case "event":
        this.#type = value;
        break;
      case "data":
        this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
        break;
      case "id":
        if (!StringPrototypeIncludes(value, "\0")) this.#lastEventId = value;
        break;
      case "retry":
        if (isDigits(value)) this.#target.retry(+value);
        break;
    }
  }

  #dispatch(): void {
    const data = this.#data;
    const type = this.#type;
    this.#data = undefined;
    this.#type = "";
    this.#target.block(type === "" ? "message" : type, data, this.#lastEventId);
  }
}

function isDigits(text: string): boolean {
  if (text === "") return false;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
