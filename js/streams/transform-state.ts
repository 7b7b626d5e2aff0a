// The slots and abstract operations of TransformStream and its controller
// (https://streams.spec.whatwg.org/#ts-abstract-ops).
import { PromisePrototypeThen, PromiseReject, PromiseWithResolvers } from "../core/primordials.ts";
import { typeError } from "./errors.ts";
import { whenDone, type Done } from "./promises.ts";
import { DefaultControllerState } from "./readable-default-controller.ts";
import { ReadableState } from "./readable-state.ts";
import type { SizeAlgorithm } from "./strategies.ts";
import type { Source } from "./underlying.ts";
import { WritableControllerState, WritableState, type Sink } from "./writable-state.ts";

/** What is done to the chunks. */
export interface Transformer {
  transform(chunk: unknown, controller: TransformState): Done;
  flush?(controller: TransformState): Done;
  cancel?(reason: unknown): Done;
}

/** A TransformStream: it is the sink of its writable side and the source of its readable side. */
export class TransformState implements Sink, Source<DefaultControllerState> {
  readonly readable = new ReadableState();
  readonly writable = new WritableState();
  readonly #readableController: DefaultControllerState;
  readonly #writableController: WritableControllerState;
  #transformer: Transformer | undefined;
  #backpressure = true;
  #backpressureChange: PromiseWithResolvers<undefined> | undefined = undefined;
  #finish: PromiseWithResolvers<undefined> | undefined = undefined;
  #object: object | undefined = undefined;

  constructor(
    transformer: Transformer,
    writableHighWaterMark = 1,
    writableSize: SizeAlgorithm | undefined = undefined,
    readableHighWaterMark = 0,
    readableSize: SizeAlgorithm | undefined = undefined,
  ) {
    this.#transformer = transformer;
    this.#writableController = new WritableControllerState(this.writable, this, writableHighWaterMark, writableSize);
    this.#readableController = new DefaultControllerState(this.readable, this, readableHighWaterMark, readableSize);
  }

  /** The controller that user code sees. */
  get object(): object {
    return this.#object ??= createObject(this);
  }

  /** Both sides start when `result`, what the transformer's start() returned, is fulfilled. */
  start(result: Done): void {
    this.#writableController.start(result);
    this.#readableController.start(result);
  }

  /** For transformers of the layer that have nothing to start. */
  startNow(): void {
    this.#writableController.startNow();
    this.#readableController.startNow();
  }

  get desiredSize(): number | null {
    return this.#readableController.desiredSize;
  }

  enqueue(chunk: unknown): void {
    const controller = this.#readableController;
    if (!controller.canCloseOrEnqueue) throw typeError("The readable side is closed, errored or about to close and so cannot be enqueued to.");
    try {
      controller.enqueue(chunk);
    } catch (reason) {
      this.#errorWritable(reason);
      throw this.readable.storedError;
    }
    if (controller.hasBackpressure && !this.#backpressure) this.#setBackpressure(true);
  }

  error(reason: unknown): void {
    this.#readableController.error(reason);
    this.#errorWritable(reason);
  }

  terminate(): void {
    this.#readableController.close();
    this.#errorWritable(typeError("The transform stream has been terminated."));
  }

  #errorWritable(reason: unknown): void {
    this.#transformer = undefined;
    this.#writableController.errorIfNeeded(reason);
    this.#unblockWrite();
  }

  #unblockWrite(): void {
    if (this.#backpressure) this.#setBackpressure(false);
  }

  #setBackpressure(backpressure: boolean): void {
    const change = this.#backpressureChange;
    this.#backpressureChange = undefined;
    this.#backpressure = backpressure;
    change?.resolve(undefined);
  }

  // The promise of the next change of backpressure, made only for those who wait.
  #changed(): Promise<undefined> {
    return (this.#backpressureChange ??= PromiseWithResolvers<undefined>()).promise;
  }

  write(chunk: unknown): Done {
    if (!this.#backpressure) return this.#perform(chunk);
    return PromisePrototypeThen(this.#changed(), () => {
      if (this.writable.state === "erroring") throw this.writable.storedError;
      return this.#perform(chunk);
    });
  }

  #perform(chunk: unknown): Done {
    let result: Done;
    try {
      result = this.#transformer?.transform(chunk, this);
    } catch (reason) {
      this.error(reason);
      throw reason;
    }
    if (result === undefined) return undefined;
    return PromisePrototypeThen(result as Promise<unknown>, undefined, (reason) => {
      this.error(reason);
      throw reason;
    });
  }

  abort(reason: unknown): Done {
    if (this.#finish !== undefined) return this.#finish.promise;
    const finish = this.#finish = PromiseWithResolvers<undefined>();
    PromisePrototypeThen(
      this.#callCancel(reason),
      () => {
        if (this.readable.state === "errored") {
          finish.reject(this.readable.storedError);
        } else {
          this.#readableController.error(reason);
          finish.resolve(undefined);
        }
      },
      (thrown) => {
        this.#readableController.error(thrown);
        finish.reject(thrown);
      },
    );
    return finish.promise;
  }

  close(): Done {
    if (this.#finish !== undefined) return this.#finish.promise;
    const finish = this.#finish = PromiseWithResolvers<undefined>();
    const transformer = this.#transformer;
    let flushed: Promise<unknown>;
    try {
      flushed = whenDone(transformer?.flush?.(this));
    } catch (reason) {
      flushed = PromiseReject(reason);
    }
    this.#transformer = undefined;
    PromisePrototypeThen(
      flushed,
      () => {
        if (this.readable.state === "errored") {
          finish.reject(this.readable.storedError);
        } else {
          this.#readableController.close();
          finish.resolve(undefined);
        }
      },
      (reason) => {
        this.#readableController.error(reason);
        finish.reject(reason);
      },
    );
    return finish.promise;
  }

  pull(): Done {
    this.#setBackpressure(false);
    return this.#changed();
  }

  cancel(reason: unknown): Done {
    if (this.#finish !== undefined) return this.#finish.promise;
    const finish = this.#finish = PromiseWithResolvers<undefined>();
    PromisePrototypeThen(
      this.#callCancel(reason),
      () => {
        if (this.writable.state === "errored") {
          finish.reject(this.writable.storedError);
        } else {
          this.#writableController.errorIfNeeded(reason);
          this.#unblockWrite();
          finish.resolve(undefined);
        }
      },
      (thrown) => {
        this.#writableController.errorIfNeeded(thrown);
        this.#unblockWrite();
        finish.reject(thrown);
      },
    );
    return finish.promise;
  }

  #callCancel(reason: unknown): Promise<unknown> {
    const transformer = this.#transformer;
    this.#transformer = undefined;
    try {
      return whenDone(transformer?.cancel?.(reason));
    } catch (thrown) {
      return PromiseReject(thrown);
    }
  }
}

/** How user code's view of a controller is made: registered by transform-stream.ts. */
let createObject: (state: TransformState) => object;
export function setTransformControllerFactory(factory: (state: TransformState) => object): void {
  createObject = factory;
}
