// What is to be done to a batch of tokens, as numbers and one text (MarkupEditor.cs). All input that no edit is about
// stays as it is.
import { viewRange } from "../core/bytes.ts";
import { TypedArrayPrototypeSet } from "../core/primordials.ts";

const Edit = { token: 1, raw: 2, html: 3, text: 4, startTag: 5, endTag: 6, comment: 7, emit: 8, end: 9, upTo: 10 } as const;

const OriginalUint8Array = Uint8Array;
const OriginalInt32Array = Int32Array;

export class Edits {
  #bytes = new OriginalUint8Array(1024);
  #numbers = new OriginalInt32Array(this.#bytes.buffer);
  #length = 0;
  #text = "";

  get isEmpty(): boolean { return this.#length === 0; }
  get text(): string { return this.#text; }
  get bytes(): Uint8Array { return viewRange(this.#bytes, 0, this.#length * 4); }

  clear(): void {
    this.#length = 0;
    this.#text = "";
  }

  number(value: number): void {
    if (this.#length === this.#numbers.length) this.#grow();
    this.#numbers[this.#length++] = value;
  }

  string(text: string): void {
    this.number(this.#text.length);
    this.number(text.length);
    this.#text += text;
  }

  /** The edits that follow are about a token, and take its place. */
  token(index: number): void {
    this.number(Edit.token);
    this.number(index);
  }

  /** All that is before a token. */
  upTo(index: number): void {
    this.number(Edit.upTo);
    this.number(index);
  }

  /** The token as it was. */
  raw(): void { this.number(Edit.raw); }

  content(content: string, html: boolean): void {
    this.number(html ? Edit.html : Edit.text);
    this.string(content);
  }

  /** A start tag: its name (null: as it was) and attributes follow by `string` and `number`, and whether it ends with a slash. */
  startTag(): void { this.number(Edit.startTag); }

  endTag(name: string): void {
    this.number(Edit.endTag);
    this.string(name);
  }

  comment(text: string): void {
    this.number(Edit.comment);
    this.string(text);
  }

  /** Whether anything is written from here on. */
  emit(on: boolean): void {
    this.number(Edit.emit);
    this.number(on ? 1 : 0);
  }

  /** The rest of the batch's input. */
  end(): void { this.number(Edit.end); }

  #grow(): void {
    const larger = new OriginalUint8Array(this.#bytes.length * 2);
    TypedArrayPrototypeSet(larger, this.#bytes);
    this.#bytes = larger;
    this.#numbers = new OriginalInt32Array(larger.buffer);
  }
}
