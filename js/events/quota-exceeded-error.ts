// https://webidl.spec.whatwg.org/#quotaexceedederror
import { defineInterface } from "../core/define.ts";
import { NumberIsFinite } from "../core/primordials.ts";
import { toDictionary, toDOMString } from "../core/webidl.ts";
import { DOMException, exceptionMessage } from "./dom-exception.ts";

export interface QuotaExceededErrorOptions { quota?: number; requested?: number }

const OriginalRangeError = RangeError;
const OriginalNumber = Number;
const what = "Failed to construct 'QuotaExceededError'";

/** One like it; undefined when it is another kind of exception. */
export let copyQuotaExceededError: (error: DOMException) => QuotaExceededError | undefined;

export class QuotaExceededError extends DOMException {
  #quota: number | null;
  #requested: number | null;

  constructor(message: unknown = "", options: QuotaExceededErrorOptions | undefined = undefined) {
    const text = toDOMString(message);
    const given = toDictionary(options, what);
    const quota = toAmount(given.quota, "quota");
    const requested = toAmount(given.requested, "requested");
    if (quota !== null && requested !== null && requested < quota) throw new OriginalRangeError(`${what}: 'requested' is less than 'quota'.`);
    super(text, "QuotaExceededError");
    this.#quota = quota;
    this.#requested = requested;
  }

  static {
    copyQuotaExceededError = (error) => {
      if (!(#quota in error)) return undefined;
      return new QuotaExceededError(exceptionMessage(error), { __proto__: null, quota: error.#quota ?? undefined, requested: error.#requested ?? undefined } as QuotaExceededErrorOptions);
    };
  }

  get quota(): number | null { return this.#quota; }
  get requested(): number | null { return this.#requested; }
}
defineInterface("QuotaExceededError", QuotaExceededError);

function toAmount(value: unknown, name: string): number | null {
  if (value === undefined) return null;
  const amount = OriginalNumber(value);
  if (!NumberIsFinite(amount)) throw new TypeError(`${what}: member '${name}' is not finite.`);
  if (amount < 0) throw new OriginalRangeError(`${what}: member '${name}' is negative.`);
  return amount;
}
