// JSON Web Keys: the dictionary, and the checks that every algorithm's import makes alike.
import { ArrayPrototypeIndexOf } from "../core/primordials.ts";
import { isObject, toDOMString, toSequence } from "../core/webidl.ts";
import { lengthOf } from "./buffer-source.ts";
import { fromBase64Url } from "./base64url.ts";
import { dataError } from "./errors.ts";
import type { Bytes } from "./ops.ts";
import { knownUsageBit, type UsageSet, usageNames } from "./usages.ts";

const stringMembers = ["alg", "crv", "d", "dp", "dq", "e", "k", "kty", "n", "p", "q", "qi", "use", "x", "y"] as const;

export type JwkStringMember = (typeof stringMembers)[number];

export type Jwk = { [member in JwkStringMember]?: string } & {
  ext?: boolean;
  key_ops?: string[];
  oth?: unknown[];
};

// WebIDL reads a dictionary's members in this order.
const members = ["alg", "crv", "d", "dp", "dq", "e", "ext", "k", "key_ops", "kty", "n", "oth", "p", "q", "qi", "use", "x", "y"] as const;

/** WebIDL's JsonWebKey. */
export function toJwk(value: unknown, what: string): Jwk {
  const jwk = { __proto__: null } as unknown as Record<string, unknown>;
  if (value === undefined || value === null) return jwk;
  if (!isObject(value)) throw new TypeError(`${what}: The provided value is not of type 'JsonWebKey'.`);
  for (let i = 0; i < members.length; i++) {
    const name = members[i]!;
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined) continue;
    if (name === "ext") jwk[name] = !!member;
    else if (name === "key_ops") jwk[name] = toSequence(member, toDOMString, `${what}: key_ops`);
    else if (name === "oth") jwk[name] = toSequence(member, (item) => item, `${what}: oth`);
    else jwk[name] = toDOMString(member);
  }
  return jwk;
}

export interface JwkExpectations {
  readonly kty: string;
  /** The value that `use` must have if it is there. */
  readonly use: "sig" | "enc" | undefined;
  /** The values that `alg` may have if it is there; undefined when it is ignored. */
  readonly algorithms: readonly string[] | undefined;
  readonly extractable: boolean;
  readonly usages: UsageSet;
}

/** The checks of "import a key" on kty, use, key_ops, ext and alg. */
export function checkJwk(jwk: Jwk, expected: JwkExpectations): void {
  if (jwk.kty !== expected.kty) throw dataError(`Invalid key: JWK "kty" must be "${expected.kty}".`);
  if (expected.usages !== 0 && expected.use !== undefined && jwk.use !== undefined && jwk.use !== expected.use) {
    throw dataError(`Invalid key: JWK "use" must be "${expected.use}".`);
  }
  if (jwk.key_ops !== undefined) checkKeyOps(jwk.key_ops, expected.usages);
  if (jwk.ext === false && expected.extractable) throw dataError('Invalid key: JWK "ext" is false but the key was asked to be extractable.');
  if (expected.algorithms && jwk.alg !== undefined && ArrayPrototypeIndexOf(expected.algorithms, jwk.alg) < 0) {
    throw dataError(`Invalid key: JWK "alg" is "${jwk.alg}", which does not match the algorithm.`);
  }
}

// RFC 7517, section 4.3: no duplicates; and the caller may ask for no more than the key offers.
function checkKeyOps(keyOps: readonly string[], usages: UsageSet): void {
  let offered = 0;
  for (let i = 0; i < keyOps.length; i++) {
    if (ArrayPrototypeIndexOf(keyOps, keyOps[i]!) !== i) throw dataError(`Invalid key: JWK "key_ops" has the duplicate "${keyOps[i]}".`);
    offered |= knownUsageBit(keyOps[i]!);
  }
  if (usages & ~offered) throw dataError('Invalid key: JWK "key_ops" does not allow the requested usages.');
}

/** A member that must be there, decoded. */
export function jwkBytes(jwk: Jwk, member: JwkStringMember): Bytes {
  const text = jwk[member];
  if (text === undefined) throw dataError(`Invalid key: JWK "${member}" is missing.`);
  const bytes = fromBase64Url(text);
  if (bytes === null) throw dataError(`Invalid key: JWK "${member}" is not valid base64url.`);
  return bytes;
}

/** As `jwkBytes`, for members of a fixed size. */
export function jwkBytesOfSize(jwk: Jwk, member: JwkStringMember, size: number): Bytes {
  const bytes = jwkBytes(jwk, member);
  if (lengthOf(bytes) !== size) throw dataError(`Invalid key: JWK "${member}" must be ${size} bytes long.`);
  return bytes;
}

/** The members that every exported JWK has, as a plain object: it is the caller's. */
export function exportedJwk(own: Jwk, key: { readonly extractable: boolean; readonly usages: UsageSet }): Jwk {
  return { ...own, key_ops: usageNames(key.usages), ext: key.extractable };
}
