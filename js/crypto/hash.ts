// The digests: their sizes, their suffix in JWK algorithm names, and the HashAlgorithmIdentifier member that names them.
import { registeredName } from "./names.ts";
import { notSupportedError } from "./errors.ts";
import { isObject, toDOMString } from "../core/webidl.ts";
import { type ParameterSource, requiredObject } from "./parameters.ts";

export interface HashShape {
  readonly name: string;
  /** Digest and block sizes in bytes. */
  readonly size: number;
  readonly block: number;
  /** As in HS256, RS1… */
  readonly jwk: string;
}

const shape = (name: string, size: number, block: number, jwk: string) => ({ __proto__: null, name, size, block, jwk }) as unknown as HashShape;

const shapes = {
  __proto__: null,
  "SHA-1": shape("SHA-1", 20, 64, "1"),
  "SHA-256": shape("SHA-256", 32, 64, "256"),
  "SHA-384": shape("SHA-384", 48, 128, "384"),
  "SHA-512": shape("SHA-512", 64, 128, "512"),
} as unknown as Record<string, HashShape | undefined>;

export function hashShape(name: string): HashShape {
  return shapes[name]!;
}

/** The required member `hash`: a digest that keys and signatures can be bound to (MD5 is not). */
export function requiredHash(source: ParameterSource): string {
  const value = requiredObject(source, "hash");
  const given = isObject(value) ? (value as { name?: unknown }).name : value;
  if (given === undefined) throw new TypeError(`${source.what}: algorithm.hash.name is required.`);
  const name = toDOMString(given);
  const found = shapes[name] ?? shapes[registeredName(name)];
  if (!found) throw notSupportedError(`${source.what}: Unrecognized hash algorithm '${name}'.`);
  return found.name;
}
