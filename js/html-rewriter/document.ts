// One document on its way through a rewriter: input goes to the host, tokens come back, handlers run, output goes out.
import { swapAsyncContext, getAsyncContext } from "../core/async-context.ts";
import { ops } from "../core/ops.ts";
import {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeSet,
  PromisePrototypeThen,
  PromiseResolve,
  PromiseWithResolvers,
  ReflectApply,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
} from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { type ByteControllerState, Drain, type ReadableStream, type Source, createByteStream, endBytes, seize, stateOf } from "../streams/index.ts";
import { ContentPump } from "./content-pump.ts";
import type { Mutations, Piece } from "./content.ts";
import { Edits } from "./edits.ts";
import { TokenKind } from "./records.ts";
import type { Registration } from "./rewriter.ts";
import { type Token, tokenKinds } from "./tokens.ts";
import { type Batch, CommentUnit, DoctypeUnit, DocumentEndUnit, ElementUnit, EndTagUnit, TextUnit, type Unit } from "./units.ts";

const OriginalInt32Array = Int32Array;

/** How units of a kind meet their handlers. */
interface Kind {
  readonly create: (unit: any) => Token;
  readonly end: (token: any) => void;
}

const noBatch: Batch = { text: "", numbers: new OriginalInt32Array(0) };

export class RewrittenBody implements Source<ByteControllerState> {
  readonly stream: ReadableStream;
  readonly #controller: ByteControllerState;
  readonly #registrations: Registration[];
  readonly #context = getAsyncContext();
  readonly #edits = new Edits();
  /** Elements whose end will matter, by number. */
  readonly #open = new Map<number, ElementUnit>();
  readonly #input: Input;
  #id = 0;
  #closed = false;

  // Where the handlers are in the batch.
  #batch = noBatch;
  #at = 0;
  #index = -1;
  #isRead = true;
  #failure: Error | null = null;

  // The token whose handlers run: the next of them is at `#handler`, and their object is `#token`.
  #unit: Unit | null = null;
  #kind: Kind = tokenKinds.text;
  #handler = 0;
  #handlersEnd = 0;
  #closing: ElementUnit[] = [];
  #token: Token | null = null;
  #turnsOn = false;

  /** Open elements whose content goes. */
  #removing = 0;
  #ending = 0;
  #drained: PromiseWithResolvers<void> | null = null;

  constructor(input: ReadableStream, registrations: Registration[]) {
    this.#registrations = registrations;
    this.#input = new Input(input, this);
    this.stream = createByteStream(this);
    this.#controller = stateOf(this.stream).controller as ByteControllerState;
  }

  /** Starts reading once the caller is done, whether or not anybody reads the result. */
  start(id: number): void {
    this.#id = id;
    PromisePrototypeThen(PromiseResolve(undefined), () => this.#input.run());
  }

  pull(): void { this.drained(); }

  drained(): void {
    const waiting = this.#drained;
    this.#drained = null;
    waiting?.resolve();
  }

  cancel(reason: unknown): void {
    this.#close();
    this.#input.cancel(reason);
    const waiting = this.#drained;
    this.#drained = null;
    waiting?.reject(reason);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    ops.html_close(this.#id);
  }

  /** Takes input. The promise: handlers that take their time, or a consumer that does. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> | undefined {
    if (this.#closed) return undefined;
    ops.html_write(this.#id, bytes);
    this.#isRead = false;
    return this.#run();
  }

  /** The input has ended. */
  end(): Promise<unknown> | undefined {
    if (this.#closed) return undefined;
    ops.html_write(this.#id, null);
    this.#isRead = false;
    this.#ending = 1;
    return this.#run();
  }

  /** Nothing more comes. */
  fail(reason: unknown): void {
    if (this.#closed) return;
    this.#close();
    if (this.#controller.canCloseOrEnqueue) this.#controller.error(reason);
  }

  #run(): Promise<unknown> | undefined {
    const outer = swapAsyncContext(this.#context);
    try {
      return this.#runHandlers();
    } catch (reason) {
      return this.#failAfterOutput(reason);
    } finally {
      swapAsyncContext(outer);
    }
  }

  // What was written before the failure still reaches the consumer.
  #failAfterOutput(reason: unknown): Promise<unknown> {
    this.#endToken();
    this.#unit = null;
    const { promise, reject } = PromiseWithResolvers<void>();
    const fail = (): void => reject(reason);
    try {
      if (!this.#closed && this.#index >= 0) {
        this.#edits.upTo(this.#index);
        this.#flush();
      }
    } catch {
      // The first failure is the one to tell of.
    }
    const pause = this.#pause();
    if (pause === undefined) reject(reason);
    else PromisePrototypeThen(pause, fail, fail);
    return promise;
  }

  readonly #resume = (): Promise<unknown> | undefined => this.#run();

  #runHandlers(): Promise<unknown> | undefined {
    for (;;) {
      const unit = this.#unit;
      if (unit !== null) {
        this.#endToken();
        if (this.#handler < this.#handlersEnd) {
          const result = this.#callNext(unit);
          if (!isObject(result)) continue;
          const given = PromiseResolve(result);
          // What is before the token flows meanwhile.
          if (unit.index >= 0) this.#edits.upTo(unit.index);
          this.#flush();
          return PromisePrototypeThen(given, this.#resume, (reason: unknown) => this.#failAfterOutput(reason));
        }
        this.#unit = null;
        const pause = this.#write(unit);
        if (pause !== undefined) return PromisePrototypeThen(pause, this.#resume, (reason: unknown) => this.#failAfterOutput(reason));
        continue;
      }
      if (this.#at < this.#batch.numbers.length) {
        this.#nextToken();
        continue;
      }
      if (this.#index >= 0) this.#endBatch();
      if (this.#isRead) return this.#endInput();
      const records = ops.html_read(this.#id);
      if (typeof records === "boolean") {
        this.#isRead = records;
        this.#edits.end();
        this.#flush();
        continue;
      }
      this.#batch = { text: records[0], numbers: new OriginalInt32Array(records[1]) };
      this.#isRead = records[2];
      this.#failure = records[3];
      this.#at = 0;
      this.#index = -1;
      if (this.#batch.numbers.length === 0) this.#endBatch();
    }
  }

  #endBatch(): void {
    this.#batch = noBatch;
    this.#at = 0;
    this.#index = -1;
    this.#edits.end();
    this.#flush();
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  // All input so far is done with.
  #endInput(): Promise<unknown> | undefined {
    if (this.#ending === 1) {
      this.#ending = 2;
      this.#kind = tokenKinds.documentEnd;
      this.#unit = new DocumentEndUnit(-1);
      // The last one that was registered comes first.
      this.#handler = 0;
      this.#handlersEnd = this.#registrations.length;
      return this.#runHandlers();
    }
    if (this.#ending === 2) {
      this.#close();
      if (this.#controller.canCloseOrEnqueue) endBytes(this.#controller);
      return undefined;
    }
    return this.#pause();
  }

  // Until the consumer has taken what there is.
  #pause(): Promise<void> | undefined {
    if (!this.#controller.canCloseOrEnqueue || this.#controller.queuedBytes === 0) return undefined;
    this.#drained = PromiseWithResolvers<void>();
    return this.#drained.promise;
  }

  #nextToken(): void {
    const batch = this.#batch;
    const numbers = batch.numbers;
    const index = ++this.#index;
    const kind = numbers[this.#at]!;
    if (kind === TokenKind.silent) {
      this.#at++;
      return;
    }
    const first = this.#at + 2;
    const after = first + numbers[this.#at + 1]!;
    this.#handler = first;
    this.#handlersEnd = after;
    switch (kind) {
      case TokenKind.startTag:
        this.#kind = tokenKinds.element;
        this.#unit = new ElementUnit(index, batch, after, this.#removing > 0);
        this.#at = after + ElementUnit.lengthAt(batch, after);
        break;
      case TokenKind.text:
        this.#kind = tokenKinds.text;
        this.#unit = new TextUnit(index, batch, after);
        this.#at = after + 3;
        break;
      case TokenKind.comment:
        this.#kind = tokenKinds.comments;
        this.#unit = new CommentUnit(index, batch, after);
        this.#at = after + 2;
        break;
      case TokenKind.doctype:
        this.#kind = tokenKinds.doctype;
        this.#unit = new DoctypeUnit(index, batch, after);
        this.#at = after + 6;
        break;
      default:
        this.#endTag(index, first, after);
        this.#at = after + 2;
    }
  }

  // An end tag closes several elements when inner ones were left open; the innermost comes first.
  #endTag(index: number, first: number, after: number): void {
    const closing: ElementUnit[] = [];
    let removed = 0;
    for (let i = after - 1; i >= first; i--) {
      const id = this.#batch.numbers[i]!;
      const element = MapPrototypeGet(this.#open, id);
      if (element === undefined) continue;
      MapPrototypeDelete(this.#open, id);
      if (element.removesContent) removed++;
      closing[closing.length] = element;
    }
    if (closing.length === 0) return;
    this.#turnsOn = removed > 0 && this.#removing === removed;
    this.#removing -= removed;
    this.#closing = closing;
    this.#kind = tokenKinds.endTag;
    this.#unit = new EndTagUnit(index, this.#batch, after);
    this.#handler = 0;
    this.#handlersEnd = closing.length;
  }

  #callNext(unit: Unit): unknown {
    const position = this.#handler++;
    let handler: Function | null;
    let self: unknown;
    const kind = this.#kind;
    if (kind === tokenKinds.endTag) {
      const element = this.#closing[position]!;
      (unit as EndTagUnit).adopt(element);
      handler = element.endHandler;
    } else if (kind === tokenKinds.documentEnd) {
      const registration = this.#registrations[this.#registrations.length - 1 - position]!;
      handler = registration.end;
      self = registration.object;
    } else {
      const registration = this.#registrations[this.#batch.numbers[position]!]!;
      handler = kind === tokenKinds.element ? registration.element
        : kind === tokenKinds.text ? registration.text
        : kind === tokenKinds.comments ? registration.comments : registration.doctype;
      self = registration.object;
    }
    if (handler === null) return undefined;
    const token = kind.create(unit);
    this.#token = token;
    return ReflectApply(handler, self, [token]);
  }

  #endToken(): void {
    const token = this.#token;
    if (token === null) return;
    this.#token = null;
    this.#kind.end(token);
  }

  /** Writes what the handlers made of a token. The promise: streams among the content. */
  #write(unit: Unit): Promise<void> | undefined {
    const edits = this.#edits;
    let turnsOff = false;
    if (unit instanceof ElementUnit) {
      if (unit.concernsEnd && unit.hasContent) MapPrototypeSet(this.#open, unit.id, unit);
      if (unit.removesContent && this.#removing++ === 0) turnsOff = true;
      else if (this.#removing > 0) return undefined;
    }
    const turnsOn = this.#turnsOn;
    this.#turnsOn = false;
    if (!unit.isChanged && !turnsOff && !turnsOn) return undefined;
    if (unit.index >= 0) edits.token(unit.index);
    else edits.emit(true);
    if (turnsOn) edits.emit(true);
    const mutations = unit.mutations;
    if (mutations !== null && mutations.hasStreams && (this.#removing === 0 || turnsOff)) return this.#writeWithStreams(unit, mutations, turnsOff);
    if (mutations === null) {
      unit.write(edits);
    } else {
      this.#writePieces(mutations.before);
      if (!mutations.removed) unit.write(edits);
      else if (mutations.replacement !== null) this.#writePiece(mutations.replacement);
      this.#writePieces(mutations.after);
    }
    if (turnsOff) edits.emit(false);
    if (unit.index < 0) this.#flush();
    return undefined;
  }

  #writePieces(pieces: Piece[]): void {
    for (let i = 0; i < pieces.length; i++) this.#writePiece(pieces[i]!);
  }

  #writePiece(piece: Piece): void {
    if (typeof piece.content === "string" && piece.content !== "") this.#edits.content(piece.content, piece.html);
  }

  async #writeWithStreams(unit: Unit, mutations: Mutations, turnsOff: boolean): Promise<void> {
    await this.#pumpPieces(mutations.before);
    if (!mutations.removed) unit.write(this.#edits);
    else if (mutations.replacement !== null) await this.#pumpPieces([mutations.replacement]);
    await this.#pumpPieces(mutations.after);
    if (turnsOff) this.#edits.emit(false);
  }

  async #pumpPieces(pieces: Piece[]): Promise<void> {
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]!;
      if (typeof piece.content === "string") {
        this.#writePiece(piece);
        continue;
      }
      this.#flush();
      const pump = new ContentPump(piece.content, (bytes, last) => {
        if (this.#closed) return undefined;
        this.#enqueue(ops.html_convert(this.#id, bytes, piece.html, last));
        return this.#pause();
      });
      await pump.promise;
    }
  }

  #flush(): void {
    const edits = this.#edits;
    if (this.#closed || edits.isEmpty) return;
    const output = ops.html_apply(this.#id, edits.bytes, edits.text);
    edits.clear();
    if (output !== null) this.#enqueue(output);
  }

  #enqueue(bytes: Uint8Array<ArrayBuffer>): void {
    const length = TypedArrayPrototypeGetByteLength(bytes);
    if (length === 0 || !this.#controller.canCloseOrEnqueue) return;
    this.#controller.enqueueOwned(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes), length);
  }
}

/** Reads the document that is rewritten. */
class Input extends Drain {
  readonly #target: RewrittenBody;
  readonly #cancel: (reason: unknown) => void;

  constructor(stream: ReadableStream, target: RewrittenBody) {
    const reader = seize(stateOf(stream));
    super(reader);
    this.#target = target;
    this.#cancel = (reason) => { PromisePrototypeThen(reader.cancel(reason), undefined, ignore); };
  }

  cancel(reason: unknown): void { this.#cancel(reason); }

  protected accept(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> | undefined {
    return this.#target.write(bytes);
  }

  protected finish(): void {
    try {
      const end = this.#target.end();
      if (end !== undefined) PromisePrototypeThen(end, undefined, (reason: unknown) => this.fail(reason));
    } catch (reason) {
      this.fail(reason);
    }
  }

  protected fail(reason: unknown): void {
    this.#target.fail(reason);
  }
}

const ignore = (): void => {};
