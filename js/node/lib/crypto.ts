// https://nodejs.org/api/crypto.html
import { codes } from "lib:internal/codes";
import { isAnyArrayBuffer, isArrayBufferView } from "lib:internal/util/types";
import { Cipheriv, ciphers, Decipheriv, getCipherInfo } from "lib:internal/crypto/cipher";
import { DiffieHellman, DiffieHellmanGroup, diffieHellman, ECDH } from "lib:internal/crypto/dh";
import { Hash, hash, Hmac } from "lib:internal/crypto/hash";
import { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync } from "lib:internal/crypto/kdf";
import { createPrivateKey, createPublicKey, createSecretKey, generateKey, generateKeyPair, generateKeyPairSync, generateKeySync, KeyObject } from "lib:internal/crypto/keys";
import { checkPrime, checkPrimeSync, generatePrime, generatePrimeSync, randomBytes, randomFill, randomFillSync, randomInt, randomUUID } from "lib:internal/crypto/random";
import { privateDecrypt, privateEncrypt, publicDecrypt, publicEncrypt, Sign, sign, Verify, verify } from "lib:internal/crypto/sign";
import { hashes, ops } from "lib:internal/crypto/util";
import { classes, methods } from "lib:internal/stub";

const { global } = internalBinding("layer");
const { crypto: webcrypto } = global;
const { crypto: constants } = internalBinding("constants");

export function timingSafeEqual(a: any, b: any): boolean {
  const view = (value: any, name: string): Uint8Array => {
    if (isAnyArrayBuffer(value)) return new Uint8Array(value);
    if (isArrayBufferView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    throw new codes.ERR_INVALID_ARG_TYPE(name, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], value);
  };
  const [left, right] = [view(a, "buf1"), view(b, "buf2")];
  if (left.length !== right.length) throw new codes.ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH();
  return ops.crypto_timing_safe_equal(left, right);
}

const sorted = (names: string[]): string[] => [...names].sort();
const make = (Class: any) => (...args: unknown[]): any => new Class(...args);

export default {
  Cipheriv, Decipheriv, DiffieHellman, DiffieHellmanGroup, ECDH, Hash, Hmac, KeyObject, Sign, Verify, ...classes("crypto", "Certificate", "X509Certificate"),
  checkPrime, checkPrimeSync, constants,
  createCipheriv: make(Cipheriv), createDecipheriv: make(Decipheriv), createDiffieHellman: make(DiffieHellman), createDiffieHellmanGroup: make(DiffieHellmanGroup), createECDH: make(ECDH),
  createHash: make(Hash), createHmac: make(Hmac), createPrivateKey, createPublicKey, createSecretKey, createSign: make(Sign), createVerify: make(Verify),
  diffieHellman, generateKey, generateKeyPair, generateKeyPairSync, generateKeySync, generatePrime, generatePrimeSync,
  getCipherInfo, getCiphers: (): string[] => sorted(ciphers), getCurves: (): string[] => sorted(ops.node_curves()), getDiffieHellman: make(DiffieHellmanGroup), getFips: (): number => 0,
  getHashes: (): string[] => [...hashes], getRandomValues: (array: any): any => webcrypto.getRandomValues(array), hash, hkdf, hkdfSync, pbkdf2, pbkdf2Sync,
  privateDecrypt, privateEncrypt, publicDecrypt, publicEncrypt, pseudoRandomBytes: randomBytes, prng: randomBytes, rng: randomBytes,
  randomBytes, randomFill, randomFillSync, randomInt, randomUUID, scrypt, scryptSync, secureHeapUsed: (): undefined => undefined, sign, timingSafeEqual, verify,
  ...methods("crypto", "setEngine", "setFips"),
  get fips(): number { return 0; },
  webcrypto, get subtle(): unknown { return webcrypto.subtle; },
};
