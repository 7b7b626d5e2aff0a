// Limits that a caller sets for the invocations it causes
// (https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/configuration/custom-limits/).
import { NumberIsFinite, MathTrunc } from "../core/primordials.ts";
import { isObject } from "../core/webidl.ts";

export interface InvocationLimits { readonly cpuMs: number | undefined; readonly subRequests: number | undefined }

const most = 0x7fffffff;
const none: InvocationLimits = { cpuMs: undefined, subRequests: undefined };

export function readLimits(given: unknown): InvocationLimits {
  if (given === undefined || given === null) return none;
  if (!isObject(given)) throw new TypeError("'limits' must be an object such as { cpuMs: 10, subRequests: 5 }.");
  const { cpuMs, subRequests } = given as { cpuMs?: unknown; subRequests?: unknown };
  return { cpuMs: read("cpuMs", cpuMs, 1), subRequests: read("subRequests", subRequests, 0) };
}

function read(name: string, given: unknown, least: number): number | undefined {
  if (given === undefined || given === null) return undefined;
  const value = +(given as number);
  if (!NumberIsFinite(value) || MathTrunc(value) < least) throw new TypeError(`The limit '${name}' must be a number of at least ${least}.`);
  return value > most ? most : MathTrunc(value);
}
