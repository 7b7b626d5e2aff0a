// Key usages are a set of bits inside, an array of strings outside.
import { toDOMString, toSequence } from "../core/webidl.ts";
import { syntaxError } from "./errors.ts";

export const Usage = {
  __proto__: null,
  encrypt: 1,
  decrypt: 2,
  sign: 4,
  verify: 8,
  deriveKey: 16,
  deriveBits: 32,
  wrapKey: 64,
  unwrapKey: 128,
} as unknown as {
  readonly encrypt: 1; readonly decrypt: 2; readonly sign: 4; readonly verify: 8;
  readonly deriveKey: 16; readonly deriveBits: 32; readonly wrapKey: 64; readonly unwrapKey: 128;
};

export type UsageSet = number;
export type UsageName = keyof typeof Usage;

const names: readonly UsageName[] = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

/** WebIDL's `sequence<KeyUsage>`. */
export function toUsages(value: unknown, what: string): UsageSet {
  const given = toSequence(value, (item) => usageBit(toDOMString(item), what), `${what}: usages`);
  let set = 0;
  for (let i = 0; i < given.length; i++) set |= given[i]!;
  return set;
}

function usageBit(name: string, what: string): number {
  const bit = (Usage as unknown as Record<string, number | undefined>)[name];
  if (bit === undefined) throw new TypeError(`${what}: The provided value '${name}' is not a valid enum value of type KeyUsage.`);
  return bit;
}

/** The bit of a usage named in a JWK's `key_ops`, 0 for one that Web Crypto does not know. */
export function knownUsageBit(name: string): UsageSet {
  return (Usage as unknown as Record<string, number | undefined>)[name] ?? 0;
}

export function usageNames(set: UsageSet): UsageName[] {
  const result: UsageName[] = [];
  for (let i = 0; i < names.length; i++) if (set & Usage[names[i]!]) result[result.length] = names[i]!;
  return result;
}

/** Refuses usages outside `allowed`. */
export function requireUsages(set: UsageSet, allowed: UsageSet, algorithm: string): void {
  if (set & ~allowed) {
    throw syntaxError(`Unsupported key usage for a ${algorithm} key: '${usageNames(set & ~allowed)[0]}'.`);
  }
}
