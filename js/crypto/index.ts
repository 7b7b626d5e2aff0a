import { defineGlobals } from "../core/define.ts";
import { createCrypto, Crypto } from "./crypto.ts";
import { CryptoKey } from "./key.ts";
import { SubtleCrypto } from "./subtle.ts";

export { Crypto } from "./crypto.ts";
export { DigestStream } from "./digest-stream.ts";
export { CryptoKey } from "./key.ts";
export { SubtleCrypto } from "./subtle.ts";

export function install(): void {
  defineGlobals({ Crypto, CryptoKey, SubtleCrypto });
  defineGlobals({ crypto: createCrypto() }, true);
}
