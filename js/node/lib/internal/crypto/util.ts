// What the parts of node:crypto share.
import { Buffer } from "lib:buffer";
import { codes } from "lib:internal/codes";
import { isAnyArrayBuffer, isArrayBufferView } from "lib:internal/util/types";

const { ops } = internalBinding("layer");
export { ops };

// Native objects that JavaScript forgot.
const forgotten = new FinalizationRegistry<number>((id) => ops.node_native_close(id));
export const release = (owner: object, id: number): void => forgotten.register(owner, id);

export const asBuffer = (bytes: Uint8Array): any => Object.setPrototypeOf(bytes, Buffer.prototype);

/** Bytes as a Buffer, or text in an encoding. */
export const output = (bytes: Uint8Array, encoding?: string): any => (encoding === undefined || encoding === null || encoding === "buffer" ? asBuffer(bytes) : asBuffer(bytes).toString(encoding));

/** The bytes of a string or a view. */
export function bytesOf(value: any, name: string, encoding?: string, kinds = ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"]): Uint8Array {
  if (typeof value === "string") return Buffer.from(value, encoding === "buffer" ? "utf8" : encoding);
  if (isArrayBufferView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isAnyArrayBuffer(value)) return new Uint8Array(value);
  throw new codes.ERR_INVALID_ARG_TYPE(name, kinds, value);
}

/** OpenSSL's name of a digest. */
export function digestName(name: string): string {
  const short = name.toLowerCase().replace(/^rsa-/, "").replace(/-2$/, (end) => end);
  return aliases[short] ?? name;
}
const aliases: Record<string, string> = { __proto__: null as never, "ssl3-md5": "md5", "ssl3-sha1": "sha1", md5withrsaencryption: "md5", sha1withrsaencryption: "sha1", sha224withrsaencryption: "sha224",
  sha256withrsaencryption: "sha256", sha384withrsaencryption: "sha384", sha512withrsaencryption: "sha512", ripemd160withrsa: "ripemd160", rmd160: "ripemd160", ripemd: "ripemd160",
  md5: "md5", sha1: "sha1", sha224: "sha224", sha256: "sha256", sha384: "sha384", sha512: "sha512", ripemd160: "ripemd160", "sha512-224": "sha512-224", "sha512-256": "sha512-256",
  "sha3-224": "sha3-224", "sha3-256": "sha3-256", "sha3-384": "sha3-384", "sha3-512": "sha3-512" };

/** [length, isXof], or undefined. */
export const digestInfo = (name: string): [number, boolean] | undefined => ops.node_digest_info(digestName(name));

export const hashes = ["RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA1-2", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256", "RSA-SHA3-384", "RSA-SHA3-512", "RSA-SHA384", "RSA-SHA512",
  "RSA-SHA512/224", "RSA-SHA512/256", "RSA-SM3", "blake2b512", "blake2s256", "id-rsassa-pkcs1-v1_5-with-sha3-224", "id-rsassa-pkcs1-v1_5-with-sha3-256", "id-rsassa-pkcs1-v1_5-with-sha3-384",
  "id-rsassa-pkcs1-v1_5-with-sha3-512", "md5", "md5-sha1", "md5WithRSAEncryption", "ripemd", "ripemd160", "ripemd160WithRSA", "rmd160", "sha1", "sha1WithRSAEncryption", "sha224", "sha224WithRSAEncryption",
  "sha256", "sha256WithRSAEncryption", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha384WithRSAEncryption", "sha512", "sha512-224", "sha512-224WithRSAEncryption", "sha512-256",
  "sha512-256WithRSAEncryption", "sha512WithRSAEncryption", "shake128", "shake256", "sm3", "sm3WithRSAEncryption", "ssl3-md5", "ssl3-sha1"];

/** Random values are for handlers only: this throws elsewhere. */
export const requireEvent = (): void => void ops.crypto_random_bytes(1);

/** Computes now, and tells later. */
export function later<T extends unknown[]>(compute: () => T, callback: (error: unknown, ...result: T | []) => void): void {
  let result: T | undefined;
  let error: unknown = null;
  try {
    result = compute();
  } catch (thrown) {
    error = thrown;
  }
  process.nextTick(() => (result === undefined ? callback(error) : callback(null, ...result)));
}

// The parts of an ECDSA signature in DER, each `size` bytes long; undefined when it is none.
export function joinedSignature(der: Uint8Array, size: number): Uint8Array | undefined {
  if (der[0] !== 0x30) return undefined;
  let at = der[1]! & 0x80 ? 2 + (der[1]! & 0x7f) : 2;
  const joined = new Uint8Array(size * 2);
  for (let part = 0; part < 2; part++) {
    if (der[at] !== 2) return undefined;
    let length = der[at + 1]!;
    let start = at + 2;
    at = start + length;
    for (; length > size; length--) start++;
    joined.set(der.subarray(start, start + length), size * (part + 1) - length);
  }
  return joined;
}

export function derSignature(joined: Uint8Array): Uint8Array {
  const half = joined.length / 2;
  const part = (bytes: Uint8Array): number[] => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start++;
    const digits = [...bytes.subarray(start)];
    if (digits[0]! & 0x80) digits.unshift(0);
    return [2, digits.length, ...digits];
  };
  const both = [...part(joined.subarray(0, half)), ...part(joined.subarray(half))];
  return Uint8Array.from([0x30, ...(both.length > 127 ? [0x81, both.length] : [both.length]), ...both]);
}
