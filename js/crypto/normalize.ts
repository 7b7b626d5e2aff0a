// https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm
import { isObject, toDOMString } from "../core/webidl.ts";
import { aesCbc } from "./aes-cbc.ts";
import { aesCtr } from "./aes-ctr.ts";
import { aesGcm } from "./aes-gcm.ts";
import { aesKw } from "./aes-kw.ts";
import { digests } from "./digest.ts";
import { ecdh } from "./ecdh.ts";
import { ecdsa } from "./ecdsa.ts";
import { ed25519, nodeEd25519 } from "./ed25519.ts";
import { notSupportedError } from "./errors.ts";
import { hkdf } from "./hkdf.ts";
import { hmac } from "./hmac.ts";
import type { Mechanism, Operation } from "./mechanism.ts";
import { registeredName } from "./names.ts";
import { pbkdf2 } from "./pbkdf2.ts";
import { rsaOaep } from "./rsa-oaep.ts";
import { rsaPss } from "./rsa-pss.ts";
import { rsassaPkcs1 } from "./rsassa-pkcs1.ts";
import { x25519 } from "./x25519.ts";

const mechanisms: readonly Mechanism[] = [
  aesCbc, aesCtr, aesGcm, aesKw,
  hmac, hkdf, pbkdf2,
  rsassaPkcs1, rsaPss, rsaOaep,
  ecdsa, ecdh,
  ed25519, nodeEd25519, x25519,
];

// Keyed by the registered spelling and by its upper case.
const table = { __proto__: null } as unknown as Record<string, Mechanism | undefined>;
function register(entries: readonly Mechanism[]): void {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    table[entry.name] = entry;
    table[registeredName(entry.name)] = entry;
  }
}
register(digests);
register(mechanisms);

/** An operation of an algorithm, with the parameters that the caller gave for it. */
export interface Normalized<O extends Operation> {
  readonly mechanism: Mechanism;
  readonly run: NonNullable<Mechanism[O]>["run"];
  readonly parameters: any;
}

/** WebIDL's `(object or DOMString)`: the conversion that happens before an operation looks at any other argument. */
export function toAlgorithmIdentifier(value: unknown): object | string {
  return isObject(value) ? value : toDOMString(value);
}

export function normalize<O extends Operation>(identifier: object | string, operation: O, what: string): Normalized<O> {
  return tryNormalize(identifier, operation, what) ?? unsupported(operation, what);
}

/** As `normalize`, but undefined when the algorithm exists and lacks the operation. */
export function tryNormalize<O extends Operation>(identifier: object | string, operation: O, what: string): Normalized<O> | undefined {
  const members = typeof identifier === "string" ? nameOnly : identifier as Record<string, unknown>;
  const name = typeof identifier === "string" ? identifier : nameOf(identifier, what);
  const mechanism = table[name] ?? table[registeredName(name)];
  if (mechanism === undefined) throw notSupportedError(`${what}: Unrecognized name '${name}'.`);
  const step = mechanism[operation] as Mechanism[Operation];
  if (step === undefined) return undefined;
  return { mechanism, run: step.run as Normalized<O>["run"], parameters: step.read?.({ members, what }) };
}

const nameOnly = { __proto__: null } as unknown as Record<string, unknown>;

function nameOf(identifier: object, what: string): string {
  const { name } = identifier as { name?: unknown };
  if (name === undefined) throw new TypeError(`${what}: algorithm.name is required.`);
  return toDOMString(name);
}

function unsupported(operation: Operation, what: string): never {
  throw notSupportedError(`${what}: The algorithm does not support the ${operation} operation.`);
}
