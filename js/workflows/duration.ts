// Durations of Workflows: milliseconds, or text such as "10 minutes"
// (https://developers.cloudflare.com/workflows/build/sleeping-and-retrying/).
import { NumberIsFinite, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeTrim } from "../core/primordials.ts";

const second = 1000;
const day = 24 * 60 * 60 * second;
const units: Record<string, number> = {
  __proto__: null as never,
  second, minute: 60 * second, hour: 60 * 60 * second, day, week: 7 * day, month: 30 * day, year: 365 * day,
};

export const mostSleep = 365 * day;

/** Milliseconds; throws what is no duration. */
export function toMilliseconds(duration: unknown, what: string): number {
  if (typeof duration === "number" && NumberIsFinite(duration) && duration >= 0) return duration;
  if (typeof duration === "string") {
    const parts = StringPrototypeSplit(StringPrototypeTrim(duration), " ");
    const count = parts.length === 2 && parts[0] !== "" ? +parts[0]! : NaN;
    const unit = parts[1] ?? "";
    const length = units[unit] ?? (unit.length > 1 && unit[unit.length - 1] === "s" ? units[StringPrototypeSlice(unit, 0, -1)] : undefined);
    if (NumberIsFinite(count) && count >= 0 && length !== undefined) return count * length;
  }
  throw new TypeError(`${what} is no duration: ${typeof duration === "string" ? `"${duration}"` : String(duration)}. Give milliseconds, or a text such as "10 seconds", "5 minutes", "1 day".`);
}
