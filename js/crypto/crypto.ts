// https://w3c.github.io/webcrypto/#crypto-interface
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { defineLazy, lazy } from "../core/lazy.ts";
import { ops } from "../core/ops.ts";
import { ArrayBufferIsView, TypedArrayPrototypeGetSymbolToStringTag } from "../core/primordials.ts";
import { requireArguments } from "../core/webidl.ts";
import { createDOMException, QuotaExceededError } from "../events/index.ts";
import { lengthOf, requireUnshared } from "./buffer-source.ts";
import type { SubtleCrypto } from "./subtle.ts";

const subtleModule = lazy(() => import("./subtle.ts"));
const digestStreamModule = lazy(() => import("./digest-stream.ts"));

const permit = {};
const quota = 65536;

const integerArrays = {
  __proto__: null,
  Int8Array: true, Uint8Array: true, Uint8ClampedArray: true, Int16Array: true, Uint16Array: true,
  Int32Array: true, Uint32Array: true, BigInt64Array: true, BigUint64Array: true,
} as unknown as Record<string, true | undefined>;

export class Crypto {
  #subtle: SubtleCrypto | undefined;

  constructor(token: unknown = undefined) {
    if (token !== permit) throw new TypeError("Illegal constructor");
  }

  get subtle(): SubtleCrypto {
    if (!(#subtle in this)) throw new TypeError("Illegal invocation");
    return this.#subtle ??= subtleModule().createSubtleCrypto();
  }

  getRandomValues<T extends ArrayBufferView>(array: T): T {
    if (!(#subtle in this)) throw new TypeError("Illegal invocation");
    const what = "Failed to execute 'getRandomValues' on 'Crypto'";
    requireArguments(arguments.length, 1, what);
    if (!ArrayBufferIsView(array)) throw new TypeError(`${what}: parameter 1 is not of type 'ArrayBufferView'.`);
    const kind = TypedArrayPrototypeGetSymbolToStringTag(array);
    if (kind === undefined || !integerArrays[kind]) {
      throw createDOMException("TypeMismatchError", `${what}: The provided ArrayBufferView is of type '${kind ?? "DataView"}', which is not an integer array type.`);
    }
    const bytes = viewBytes(array);
    requireUnshared(bytes, `${what}: parameter 1`);
    if (lengthOf(bytes) > quota) {
      throw new QuotaExceededError(`${what}: The ArrayBufferView's byte length (${lengthOf(bytes)}) exceeds the number of bytes of entropy available via this API (${quota}).`);
    }
    ops.crypto_random_fill(bytes);
    return array;
  }

  randomUUID(): string {
    if (!(#subtle in this)) throw new TypeError("Illegal invocation");
    return ops.crypto_random_uuid();
  }
}

defineInterface("Crypto", Crypto);

// Workers' own, found on the object rather than on the global scope.
defineLazy(Crypto.prototype, digestStreamModule, ["DigestStream"]);

export const crypto = new Crypto(permit);
