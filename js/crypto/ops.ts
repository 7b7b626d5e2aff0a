// What the host computes. Keys cross as bytes in the canonical forms that `key.ts` describes; the host keeps the parsed
// form of those it saw last. `null` means that the input was refused (malformed key, wrong tag): which DOMException that
// is, the caller knows.

export type Bytes = Uint8Array<ArrayBuffer>;
export type Refusable = Bytes | null;

declare module "../core/ops.ts" {
  interface Ops {
    /** Fills the view with random bytes. */
    crypto_random_fill(bytes: Uint8Array): void;
    crypto_random_bytes(length: number): Bytes;
    crypto_random_uuid(): string;
    /** Compares two views of the same length in a time that depends on the length only. */
    crypto_timing_safe_equal(a: Uint8Array, b: Uint8Array): boolean;

    crypto_digest(hash: string, data: Uint8Array): Bytes;
    crypto_digest_async(hash: string, data: Uint8Array): Promise<Bytes>;
    /** The state of a digest that takes its input in pieces: bytes that only these three understand. */
    crypto_hash_start(hash: string): Bytes;
    crypto_hash_update(hash: string, state: Uint8Array, data: Uint8Array): void;
    crypto_hash_finish(hash: string, state: Uint8Array): Bytes;

    crypto_hmac_sign(hash: string, key: Uint8Array, data: Uint8Array): Bytes;
    crypto_hmac_sign_async(hash: string, key: Uint8Array, data: Uint8Array): Promise<Bytes>;
    crypto_hmac_verify(hash: string, key: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean;
    crypto_hmac_verify_async(hash: string, key: Uint8Array, signature: Uint8Array, data: Uint8Array): Promise<boolean>;

    crypto_aes_cbc(encrypt: boolean, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Refusable;
    crypto_aes_cbc_async(encrypt: boolean, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Refusable>;
    crypto_aes_ctr(key: Uint8Array, counter: Uint8Array, counterBits: number, data: Uint8Array): Bytes;
    crypto_aes_ctr_async(key: Uint8Array, counter: Uint8Array, counterBits: number, data: Uint8Array): Promise<Bytes>;
    /** The tag follows the ciphertext. */
    crypto_aes_gcm(encrypt: boolean, key: Uint8Array, iv: Uint8Array, additional: Uint8Array, tagBytes: number, data: Uint8Array): Refusable;
    crypto_aes_gcm_async(encrypt: boolean, key: Uint8Array, iv: Uint8Array, additional: Uint8Array, tagBytes: number, data: Uint8Array): Promise<Refusable>;
    crypto_aes_kw(wrap: boolean, key: Uint8Array, data: Uint8Array): Refusable;

    crypto_hkdf(hash: string, secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Bytes;
    crypto_pbkdf2_async(hash: string, password: Uint8Array, salt: Uint8Array, iterations: number, bytes: number): Promise<Bytes>;

    /** PKCS#1 RSAPrivateKey, or null for an exponent that no key can have. */
    crypto_rsa_generate_async(modulusBits: number, exponent: Uint8Array): Promise<Refusable>;
    crypto_rsa_public_key(privateKey: Uint8Array): Bytes;
    crypto_rsa_import_spki(der: Uint8Array): Refusable;
    crypto_rsa_import_pkcs8(der: Uint8Array): Refusable;
    /** Out of the JWK members n, e and, for a private key, d, p, q, dp, dq, qi: each a big-endian number. */
    crypto_rsa_import_public(n: Uint8Array, e: Uint8Array): Refusable;
    crypto_rsa_import_private(n: Uint8Array, e: Uint8Array, d: Uint8Array, p: Uint8Array, q: Uint8Array, dp: Uint8Array, dq: Uint8Array, qi: Uint8Array): Refusable;
    crypto_rsa_export_spki(publicKey: Uint8Array): Bytes;
    crypto_rsa_export_pkcs8(privateKey: Uint8Array): Bytes;
    /** Base64url of n, e and, for a private key, d, p, q, dp, dq, qi. */
    crypto_rsa_components(isPrivate: boolean, key: Uint8Array): string[];
    crypto_rsa_modulus_bits(isPrivate: boolean, key: Uint8Array): number;
    crypto_rsa_public_exponent(isPrivate: boolean, key: Uint8Array): Bytes;
    /** `saltBytes` of -1 is PKCS#1 v1.5, anything else is PSS. */
    crypto_rsa_sign(hash: string, saltBytes: number, privateKey: Uint8Array, data: Uint8Array): Refusable;
    crypto_rsa_verify(hash: string, saltBytes: number, publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean;
    crypto_rsa_oaep_encrypt(hash: string, label: Uint8Array, publicKey: Uint8Array, data: Uint8Array): Refusable;
    crypto_rsa_oaep_decrypt(hash: string, label: Uint8Array, privateKey: Uint8Array, data: Uint8Array): Refusable;

    /** `curve` is P-256, P-384 or P-521; private keys are X ‖ Y ‖ D, public ones X ‖ Y. */
    crypto_ec_generate(curve: string): Bytes;
    crypto_ec_import_spki(curve: string, der: Uint8Array): Refusable;
    crypto_ec_import_pkcs8(curve: string, der: Uint8Array): Refusable;
    /** A point, compressed or not. */
    crypto_ec_import_point(curve: string, point: Uint8Array): Refusable;
    /** Whether the canonical bytes are a point of the curve and, if a scalar follows, the one that belongs to it. */
    crypto_ec_is_valid(curve: string, key: Uint8Array): boolean;
    crypto_ec_export_spki(curve: string, publicKey: Uint8Array): Bytes;
    crypto_ec_export_pkcs8(curve: string, privateKey: Uint8Array): Bytes;
    /** Signatures are r ‖ s. */
    crypto_ecdsa_sign(curve: string, hash: string, privateKey: Uint8Array, data: Uint8Array): Bytes;
    crypto_ecdsa_verify(curve: string, hash: string, publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean;
    crypto_ecdh(curve: string, privateKey: Uint8Array, publicKey: Uint8Array): Refusable;

    /** `kind` is Ed25519 or X25519; private keys are public ‖ private, 32 bytes each. */
    crypto_okp_generate(kind: string): Bytes;
    crypto_okp_from_private(kind: string, privateBytes: Uint8Array): Bytes;
    crypto_okp_import_spki(kind: string, der: Uint8Array): Refusable;
    crypto_okp_import_pkcs8(kind: string, der: Uint8Array): Refusable;
    crypto_okp_export_spki(kind: string, publicKey: Uint8Array): Bytes;
    crypto_okp_export_pkcs8(kind: string, privateKey: Uint8Array): Bytes;
    crypto_ed25519_sign(privateKey: Uint8Array, data: Uint8Array): Bytes;
    crypto_ed25519_verify(publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean;
    /** Null when the shared secret is all zero. */
    crypto_x25519(privateKey: Uint8Array, publicKey: Uint8Array): Refusable;
  }
}

/** From here on an operation is worth the hop to another thread. */
export const asyncThreshold = 1 << 20;
