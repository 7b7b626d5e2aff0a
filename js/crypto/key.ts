import { defineInterface } from "../core/define.ts";
import type { Mechanism } from "./mechanism.ts";
import type { Bytes } from "./ops.ts";
import { type UsageName, type UsageSet, usageNames } from "./usages.ts";

export type KeyType = "secret" | "private" | "public";

/**
 * What a key is made of. `bytes` never leaves: secret keys are their raw bytes, RSA keys PKCS#1 structures, EC keys
 * X ‖ Y (‖ D), Curve25519 keys public (‖ private).
 */
export interface KeyMaterial {
  readonly type: KeyType;
  readonly mechanism: Mechanism;
  readonly extractable: boolean;
  readonly usages: UsageSet;
  readonly bytes: Bytes;
  /** The digest that HMAC and RSA keys are bound to. */
  readonly hash?: string;
  /** The named curve of an elliptic-curve key. */
  readonly curve?: string;
  /** The length in bits of an HMAC key. */
  readonly length?: number;
}

/** What an import or generation yields before the caller's `extractable` and `usages` are laid on it. */
export type KeyContents = Pick<KeyMaterial, "type" | "bytes" | "hash" | "curve" | "length">;

const permit = {};

/** The key behind a CryptoKey; throws `TypeError` for anything else. */
export let materialOf: (value: unknown, what: string) => KeyMaterial;
export let isCryptoKey: (value: unknown) => value is CryptoKey;

/** https://w3c.github.io/webcrypto/#cryptokey-interface */
export class CryptoKey {
  #material: KeyMaterial;
  // Made on first use: most keys are never asked.
  #algorithm: object | undefined;
  #usages: UsageName[] | undefined;

  constructor(token: unknown = undefined, material: unknown = undefined) {
    if (token !== permit) throw new TypeError("Illegal constructor");
    this.#material = material as KeyMaterial;
  }

  static {
    isCryptoKey = (value): value is CryptoKey => typeof value === "object" && value !== null && #material in value;
    materialOf = (value, what) => {
      if (!isCryptoKey(value)) throw new TypeError(`${what} is not of type 'CryptoKey'.`);
      return value.#material;
    };
  }

  get type(): KeyType {
    return receiver(this).type;
  }

  get extractable(): boolean {
    return receiver(this).extractable;
  }

  get algorithm(): object {
    const material = receiver(this);
    return this.#algorithm ??= material.mechanism.describe!(material);
  }

  get usages(): UsageName[] {
    const material = receiver(this);
    return this.#usages ??= usageNames(material.usages);
  }
}

defineInterface("CryptoKey", CryptoKey);

function receiver(value: CryptoKey): KeyMaterial {
  if (!isCryptoKey(value)) throw new TypeError("Illegal invocation");
  return materialOf(value, "");
}

export function createKey(mechanism: Mechanism, contents: KeyContents, extractable: boolean, usages: UsageSet): CryptoKey {
  return new CryptoKey(permit, { __proto__: null, ...contents, mechanism, extractable, usages });
}
