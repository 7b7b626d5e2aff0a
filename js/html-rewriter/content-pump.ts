import { PromiseWithResolvers } from "../core/primordials.ts";
import { Drain, type ReadableStream, seize, stateOf } from "../streams/index.ts";

const none = new Uint8Array(0);

/** Reads a stream whose content goes into a document. */
export class ContentPump extends Drain {
  readonly #take: (bytes: Uint8Array<ArrayBuffer>, last: boolean) => Promise<unknown> | undefined;
  readonly #resolvers = PromiseWithResolvers<void>();

  constructor(stream: ReadableStream, take: (bytes: Uint8Array<ArrayBuffer>, last: boolean) => Promise<unknown> | undefined) {
    const state = stateOf(stream);
    if (state.locked) throw new TypeError("The ReadableStream has been locked to a reader.");
    super(seize(state));
    this.#take = take;
    this.run();
  }

  get promise(): Promise<void> { return this.#resolvers.promise; }

  protected accept(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> | undefined {
    return this.#take(bytes, false);
  }

  protected finish(): void {
    this.#take(none, true);
    this.#resolvers.resolve();
  }

  protected fail(reason: unknown): void {
    this.#resolvers.reject(reason);
  }
}
