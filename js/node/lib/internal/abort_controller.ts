const { global } = internalBinding("layer");
const { AbortController, AbortSignal } = global;
export { AbortController, AbortSignal };
export const abortSignal = (signal: object, reason: unknown): never => { throw new TypeError(`Only a controller aborts ${String(signal)}: ${String(reason)}`); };

export function transferableAbortController(): never { throw notImplemented("transferableAbortController"); }
export function transferableAbortSignal(): never { throw notImplemented("transferableAbortSignal"); }

/** Fulfilled when the signal is aborted, as long as `resource` lives. */
export async function aborted(signal: any, resource: object): Promise<void> {
  const { validateAbortSignal, validateObject } = require("internal/validators");
  if (signal === undefined) throw new (require("internal/errors").codes.ERR_INVALID_ARG_TYPE)("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateObject(resource, "resource", 31);
  if (signal.aborted) return;
  const held = new WeakRef(resource);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => held.deref() !== undefined && resolve(), { once: true }));
}

const notImplemented = (what: string): Error => new (require("internal/errors").codes.ERR_METHOD_NOT_IMPLEMENTED)(what);
