// https://w3c.github.io/webcrypto/#crypto-interface
import { viewBytes } from "../core/bytes.ts";
import { defineInterface } from "../core/define.ts";
import { ops } from "../core/ops.ts";
import { ArrayBufferIsView, ObjectDefineProperty, TypedArrayPrototypeGetSymbolToStringTag } from "../core/primordials.ts";
import { requireArguments } from "../core/webidl.ts";
import { createDOMException, QuotaExceededError } from "../events/index.ts";
import { lengthOf, requireUnshared } from "./buffer-source.ts";
import { DigestStream } from "./digest-stream.ts";
import { createSubtleCrypto, type SubtleCrypto } from "./subtle.ts";

const permit = {};
const quota = 65536;

const integerArrays = {
  __proto__: null,
  Int8Array: true, Uint8Array: true, Uint8ClampedArray: true, Int16Array: true, Uint16Array: true,
  Int32Array: true, Uint32Array: true, BigInt64Array: true, BigUint64Array: true,
} as unknown as Record<string, true | undefined>;

export class Crypto {
  #subtle: SubtleCrypto;

  constructor(token: unknown = undefined) {
    if (token !== permit) throw new TypeError("Illegal constructor");
    this.#subtle = createSubtleCrypto();
  }

  get subtle(): SubtleCrypto {
    if (!(#subtle in this)) throw new TypeError("Illegal invocation");
    return this.#subtle;
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
ObjectDefineProperty(Crypto.prototype, "DigestStream", { __proto__: null, value: DigestStream, writable: true, configurable: true, enumerable: false } as PropertyDescriptor);

export function createCrypto(): Crypto {
  return new Crypto(permit);
}
