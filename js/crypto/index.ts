export { Crypto, crypto } from "./crypto.ts";
export { DigestStream } from "./digest-stream.ts";
export { CryptoKey } from "./key.ts";
export { SubtleCrypto } from "./subtle.ts";
