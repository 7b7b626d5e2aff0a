// https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayPrototypeIndexOf, ArrayPrototypeJoin, MathTrunc, NumberIsFinite, ObjectKeys, PromisePrototypeThen, PromiseReject, PromiseResolve } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import "./ops.ts";

export interface RateLimitOptions { key?: string; limit?: number; period?: number; delta?: number }
export interface RateLimitOutcome { success: boolean }

const key = {};
const known = ["key", "limit", "period", "delta"];
const mostWeight = 0xffffffff;
const outcome = (success: boolean): RateLimitOutcome => ({ success });

export class Ratelimit {
  readonly #place: number;

  constructor(given: unknown, place: number) {
    if (given !== key) throw new TypeError("Illegal constructor");
    this.#place = place;
  }

  limit(options: RateLimitOptions): Promise<RateLimitOutcome> {
    if (!isObject(this) || !(#place in this)) return PromiseReject(new TypeError("Illegal invocation"));
    try {
      const { name, limit, period, weight } = read(options);
      const answer = ops.rate_limit(this.#place, name, limit, period, weight);
      return typeof answer === "boolean" ? PromiseResolve(outcome(answer)) : PromisePrototypeThen(answer, outcome);
    } catch (error) {
      return PromiseReject(error);
    }
  }
}
defineInterface("Ratelimit", Ratelimit);

export function createRateLimit(place: number): Ratelimit {
  return new Ratelimit(key, place);
}

function read(options: RateLimitOptions): { name: string; limit: number | undefined; period: number | undefined; weight: number } {
  if (typeof options !== "object" || options === null) throw new Error("invalid rate limit options");
  const names = ObjectKeys(options);
  const unknown: string[] = [];
  for (let i = 0; i < names.length; i++) if (ArrayPrototypeIndexOf(known, names[i]!) === -1) unknown[unknown.length] = names[i]!;
  if (unknown.length > 0) throw new Error(`bad rate limit options: [${ArrayPrototypeJoin(unknown, ",")}]`);
  const { key: name = "", limit, period, delta = 1 } = options;
  if (typeof name !== "string") throw new Error(`invalid key: ${name as string}`);
  if (limit !== undefined && typeof limit !== "number") throw new Error(`limit must be a number: ${limit as string}`);
  if (period !== undefined && typeof period !== "number") throw new Error(`period must be a number: ${period as string}`);
  if (period !== undefined && period !== 10 && period !== 60) throw new Error(`unsupported period: ${period}`);
  return { name, limit, period, weight: readWeight(delta) };
}

function readWeight(delta: unknown): number {
  const value = +(delta as number);
  if (!NumberIsFinite(value)) throw new TypeError("The value cannot be converted because it is not an integer.");
  if (value < 0) throw new TypeError("The value cannot be converted because it is negative and this API expects a positive number.");
  if (value > mostWeight) throw new TypeError(`Value out of range. Must be less than or equal to ${mostWeight}.`);
  const weight = MathTrunc(value);
  if (weight === 0) throw new RangeError("delta must be non-zero");
  return weight;
}
