// Reading members of the algorithm dictionaries. Each is read once, in WebIDL's order, which the callers keep.
import { copyBytes } from "../core/bytes.ts";
import { toDOMString, toOctet, toUnsignedLong, toUnsignedShort, isUint8Array } from "../core/webidl.ts";
import { toBytes } from "./buffer-source.ts";
import type { Bytes } from "./ops.ts";


/** The caller's dictionary, or an empty one when only a name was given. */
export interface ParameterSource {
  readonly members: Record<string, unknown>;
  /** "Failed to execute 'sign' on 'SubtleCrypto'" */
  readonly what: string;
}

function required(source: ParameterSource, member: string): unknown {
  const value = source.members[member];
  if (value === undefined) throw new TypeError(`${source.what}: algorithm.${member} is required.`);
  return value;
}

export function requiredBytes(source: ParameterSource, member: string): Bytes {
  return copyBytes(toBytes(required(source, member), `${source.what}: algorithm.${member}`));
}

export function optionalBytes(source: ParameterSource, member: string): Bytes | undefined {
  const value = source.members[member];
  return value === undefined ? undefined : copyBytes(toBytes(value, `${source.what}: algorithm.${member}`));
}

/** WebIDL's BigInteger: a Uint8Array, nothing else. */
export function requiredBigInteger(source: ParameterSource, member: string): Bytes {
  const value = required(source, member);
  if (!isUint8Array(value)) throw new TypeError(`${source.what}: algorithm.${member} is not of type 'Uint8Array'.`);
  return copyBytes(value);
}

export function requiredString(source: ParameterSource, member: string): string {
  return toDOMString(required(source, member));
}

export function requiredObject(source: ParameterSource, member: string): unknown {
  return required(source, member);
}

const ranged = (source: ParameterSource, member: string) => ({ __proto__: null, enforceRange: true, what: `${source.what}: algorithm.${member}` }) as { enforceRange: boolean; what: string };

export const requiredOctet = (source: ParameterSource, member: string): number => toOctet(required(source, member), ranged(source, member));
export const requiredUnsignedShort = (source: ParameterSource, member: string): number => toUnsignedShort(required(source, member), ranged(source, member));
export const requiredUnsignedLong = (source: ParameterSource, member: string): number => toUnsignedLong(required(source, member), ranged(source, member));

export function optionalOctet(source: ParameterSource, member: string): number | undefined {
  const value = source.members[member];
  return value === undefined ? undefined : toOctet(value, ranged(source, member));
}

export function optionalUnsignedLong(source: ParameterSource, member: string): number | undefined {
  const value = source.members[member];
  return value === undefined ? undefined : toUnsignedLong(value, ranged(source, member));
}
