// Node.js' errors with codes, those that it makes in C++ included.
import { codes as known } from "lib:internal/errors";

const made = (code: string, Base: any, text: string | ((...args: any[]) => string)): any => class extends Base {
  code = code;
  constructor(...args: unknown[]) {
    super(typeof text === "string" ? args[0] ?? text : text(...args));
    Object.defineProperty(this, "name", { value: Base.name, writable: true, configurable: true, enumerable: false });
  }

  toString(): string { return `${this.name} [${code}]: ${this.message}`; }
};

export const codes = Object.assign(Object.create(known), Object.fromEntries(([
  ["ERR_CRYPTO_INVALID_AUTH_TAG", TypeError, "Invalid authentication tag"],
  ["ERR_CRYPTO_INVALID_CURVE", TypeError, "Invalid EC curve name"],
  ["ERR_CRYPTO_INVALID_IV", TypeError, "Invalid initialization vector"],
  ["ERR_CRYPTO_INVALID_KEYLEN", RangeError, "Invalid key length"],
  ["ERR_CRYPTO_INVALID_SCRYPT_PARAMS", RangeError, (why?: string) => `Invalid scrypt params${why === undefined ? "" : `: ${why}`}`],
  ["ERR_CRYPTO_JWK_UNSUPPORTED_CURVE", Error, (curve: string) => `Unsupported JWK EC curve: ${curve}.`],
  ["ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE", Error, "Unsupported JWK Key Type."],
  ["ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", RangeError, "Input buffers must have the same byte length"],
  ["ERR_CRYPTO_UNKNOWN_CIPHER", Error, "Unknown cipher"],
  ["ERR_CRYPTO_UNKNOWN_DH_GROUP", Error, "Unknown DH group"],
  ["ERR_INVALID_OBJECT_DEFINE_PROPERTY", TypeError, (text: string) => text],
  ["ERR_OPTION_NOT_IMPLEMENTED", Error, (name: string) => `The ${name} option is not implemented`],
] as [string, any, any][]).map(([code, Base, text]) => [code, made(code, Base, text)])));
