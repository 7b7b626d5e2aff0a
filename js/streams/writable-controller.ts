// https://streams.spec.whatwg.org/#ws-default-controller-class
import { defineInterface } from "../core/define.ts";
import { createAbortSignal, signalAbort, type AbortSignal } from "../events/abort.ts";
import { illegalConstructor, illegalInvocation } from "./errors.ts";
import { setWritableControllerFactory, type WritableControllerState } from "./writable-state.ts";

let adopted: WritableControllerState | undefined;

export class WritableStreamDefaultController {
  readonly #state: WritableControllerState;
  #signal: AbortSignal | undefined = undefined;

  constructor() {
    if (adopted === undefined) throw illegalConstructor();
    this.#state = adopted;
    adopted = undefined;
  }

  get signal(): AbortSignal {
    if (!(#state in this)) throw illegalInvocation();
    if (this.#signal === undefined) {
      const signal = this.#signal = createAbortSignal();
      if (this.#state.aborted) signalAbort(signal, this.#state.abortReason);
      else this.#state.onAbort((reason) => signalAbort(signal, reason));
    }
    return this.#signal;
  }

  error(e: unknown = undefined): void {
    if (!(#state in this)) throw illegalInvocation();
    if (this.#state.stream.state === "writable") this.#state.error(e);
  }
}
defineInterface("WritableStreamDefaultController", WritableStreamDefaultController);

setWritableControllerFactory((state) => {
  adopted = state;
  return new WritableStreamDefaultController();
});
