// The options of a step (https://developers.cloudflare.com/workflows/build/workers-api/#workflowstepconfig).
import { ReflectApply } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";
import { toMilliseconds } from "./duration.ts";

export type Delay = string | number | ((input: { ctx: unknown; error: unknown }) => unknown);

export interface StepConfig {
  retries: { limit: number; delay: Delay; backoff: "constant" | "linear" | "exponential" };
  timeout: string | number;
  /** What the step returns is not to be shown. */
  sensitive?: "output";
}

const defaults: StepConfig = { retries: { limit: 5, delay: 10_000, backoff: "exponential" }, timeout: "10 minutes" };
const backoffs = { __proto__: null, constant: 1, linear: 1, exponential: 1 } as unknown as Record<string, number>;

/** The author's options over the defaults; throws what makes no sense. */
export function readConfig(given: unknown, step: string): StepConfig {
  if (given === undefined || given === null) return defaults;
  if (!isObject(given)) throw new TypeError(`The options of the step "${step}" must be an object.`);
  const { retries = defaults.retries, timeout = defaults.timeout, sensitive } = given as Partial<StepConfig>;
  if (sensitive !== undefined && sensitive !== "output") throw new TypeError(`sensitive of the step "${step}" must be "output".`);
  if (!isObject(retries)) throw new TypeError(`The retries of the step "${step}" must be an object.`);
  const { limit = defaults.retries.limit, delay = defaults.retries.delay, backoff = defaults.retries.backoff } = retries;
  if (typeof limit !== "number" || !(limit >= 0)) throw new TypeError(`retries.limit of the step "${step}" must be a number from 0 on.`);
  if (backoffs[backoff] === undefined) throw new TypeError(`retries.backoff of the step "${step}" must be "constant", "linear" or "exponential".`);
  if (typeof delay !== "function") toMilliseconds(delay, `retries.delay of the step "${step}"`);
  toMilliseconds(timeout, `The timeout of the step "${step}"`);
  const config: StepConfig = { retries: { limit, delay, backoff }, timeout };
  return sensitive === undefined ? config : { ...config, sensitive };
}

/** The options as they are shown to whoever looks at the instance. */
export function storedConfig(config: StepConfig): unknown {
  return typeof config.retries.delay === "function" ? { ...config, retries: { ...config.retries, delay: "[dynamic]" } } : config;
}

/** How long to wait after so many attempts. */
export async function delayAfter(config: StepConfig, attempts: number, step: string, input: { ctx: unknown; error: unknown }): Promise<number> {
  const { delay, backoff } = config.retries;
  const what = `retries.delay of the step "${step}"`;
  if (typeof delay === "function") return toMilliseconds(await ReflectApply(delay, undefined, [input]), what);
  const first = toMilliseconds(delay, what);
  if (backoff === "constant") return first;
  return backoff === "linear" ? first * attempts : first * 2 ** (attempts - 1);
}
