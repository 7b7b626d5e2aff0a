// https://nodejs.org/api/crypto.html#class-cipheriv
import { codes } from "lib:internal/codes";
import { bytesOf, ops, output, release } from "lib:internal/crypto/util";
import { keyBytes } from "lib:internal/crypto/keys";
import { validateEncoding, validateInt32, validateObject, validateString } from "lib:internal/validators";
import { StringDecoder } from "lib:string_decoder";
import { Transform } from "lib:stream";

const state = new WeakMap<object, { id: number; encrypts: boolean; authenticated: boolean; mode: string; tagLength: number; tag?: any; finished: boolean; decoder?: any; encoding?: string }>();

function stateOf(cipher: object): any {
  const found = state.get(cipher);
  if (found === undefined) throw new TypeError("Illegal invocation");
  return found;
}

function start(self: any, encrypts: boolean, name: any, key: any, iv: any, options: any): void {
  validateString(name, "cipher");
  const info = ops.node_cipher_info(name);
  if (info === undefined) throw new codes.ERR_CRYPTO_UNKNOWN_CIPHER();
  const [, , keyLength, ivLength, , mode, authenticated] = info;
  const secret = keyBytes(key, options?.encoding);
  const vector = iv === null ? new Uint8Array(0) : bytesOf(iv, "iv", undefined, ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"]);
  let tagLength = options?.authTagLength ?? -1;
  if (tagLength !== -1) validateInt32(tagLength, "options.authTagLength", 0);
  if (secret.length !== keyLength) throw Object.assign(new RangeError("Invalid key length"), { code: "ERR_CRYPTO_INVALID_KEYLEN" });
  const anyVector = authenticated && mode !== "";
  if ((ivLength === 0 && false) || (anyVector ? vector.length === 0 : vector.length !== ivLength && !(iv === null && ivLength === 0))) throw new codes.ERR_CRYPTO_INVALID_IV();
  if (authenticated) {
    if (mode === "gcm") {
      if (tagLength !== -1 && !(tagLength === 4 || tagLength === 8 || (tagLength >= 12 && tagLength <= 16))) throw new codes.ERR_CRYPTO_INVALID_AUTH_TAG(`Invalid authentication tag length: ${tagLength}`);
    } else if (tagLength === -1) {
      if (mode === "ccm" || mode === "ocb") throw new codes.ERR_CRYPTO_INVALID_AUTH_TAG(`authTagLength required for ${name}`);
      tagLength = 16;
    }
  }
  const id = ops.node_cipher_new(name, encrypts, new Uint8Array(secret), new Uint8Array(vector), tagLength);
  if (id === undefined) throw new codes.ERR_CRYPTO_UNKNOWN_CIPHER();
  state.set(self, { id, encrypts, authenticated, mode, tagLength, finished: false });
  release(self, id);
  Transform.call(self, options);
}

export function Cipheriv(this: any, name: any, key: any, iv: any, options?: any): any {
  if (!new.target) return new (Cipheriv as any)(name, key, iv, options);
  start(this, true, name, key, iv, options);
}

export function Decipheriv(this: any, name: any, key: any, iv: any, options?: any): any {
  if (!new.target) return new (Decipheriv as any)(name, key, iv, options);
  start(this, false, name, key, iv, options);
}

function decoded(mine: any, bytes: Uint8Array, encoding: string | undefined, last: boolean): any {
  if (encoding === undefined || encoding === "buffer") return output(bytes);
  if (mine.decoder === undefined) mine.decoder = new StringDecoder(encoding);
  else if (mine.encoding !== encoding) throw new codes.ERR_INTERNAL_ASSERTION("Cannot change encoding");
  mine.encoding = encoding;
  return last ? mine.decoder.end(output(bytes)) : mine.decoder.write(output(bytes));
}

const methods = {
  update(this: any, data: any, inputEncoding?: string, outputEncoding?: string): any {
    const mine = stateOf(this);
    if (typeof data === "string") validateEncoding(data, inputEncoding);
    const bytes = bytesOf(data, "data", inputEncoding, ["string", "Buffer", "TypedArray", "DataView"]);
    if (mine.finished) throw Object.assign(new Error("Trying to add data in unsupported state"), { code: "ERR_CRYPTO_INVALID_STATE" });
    return decoded(mine, ops.node_cipher_update(mine.id, bytes), outputEncoding, false);
  },

  final(this: any, outputEncoding?: string): any {
    const mine = stateOf(this);
    if (mine.finished) throw new codes.ERR_CRYPTO_INVALID_STATE("final");
    if (mine.authenticated && !mine.encrypts && mine.tag === undefined) throw new Error("Unsupported state or unable to authenticate data");
    const bytes = ops.node_cipher_finish(mine.id);
    mine.finished = true;
    if (mine.authenticated && mine.encrypts) mine.tag = ops.node_cipher_tag(mine.id, mine.tagLength === -1 ? 16 : mine.tagLength);
    return decoded(mine, bytes, outputEncoding, true);
  },

  setAutoPadding(this: any, on: any = true): any {
    const mine = stateOf(this);
    if (mine.finished) throw new codes.ERR_CRYPTO_INVALID_STATE("setAutoPadding");
    ops.node_cipher_padding(mine.id, Boolean(on));
    return this;
  },

  setAAD(this: any, data: any, options?: any): any {
    const mine = stateOf(this);
    if (options !== undefined) validateObject(options, "options");
    const bytes = bytesOf(data, "buffer", options?.encoding);
    if (mine.mode === "ccm" && options?.plaintextLength === undefined) throw new codes.ERR_MISSING_ARGS("options.plaintextLength");
    // CCM wants the tag before all else.
    if (!ops.node_cipher_aad(mine.id, bytes, options?.plaintextLength ?? -1)) throw new codes.ERR_CRYPTO_INVALID_STATE("setAAD");
    return this;
  },

  _transform(this: any, chunk: any, encoding: string, done: () => void): void {
    this.push(this.update(chunk, encoding));
    done();
  },

  _flush(this: any, done: (error?: unknown) => void): void {
    try {
      this.push(this.final());
    } catch (error) {
      done(error);
      return;
    }
    done();
  },
};

for (const made of [Cipheriv, Decipheriv]) {
  Object.setPrototypeOf(made.prototype, Transform.prototype);
  Object.setPrototypeOf(made, Transform);
  Object.assign(made.prototype, methods);
}

Cipheriv.prototype.getAuthTag = function (): any {
  const mine = stateOf(this);
  if (mine.tag === undefined) throw new codes.ERR_CRYPTO_INVALID_STATE("getAuthTag");
  return output(mine.tag);
};

Decipheriv.prototype.setAuthTag = function (tag: any, encoding?: string): any {
  const mine = stateOf(this);
  const bytes = bytesOf(tag, "buffer", encoding);
  if (!mine.authenticated || mine.tag !== undefined || mine.finished) throw new codes.ERR_CRYPTO_INVALID_STATE("setAuthTag");
  const length = bytes.length;
  const allowed = mine.mode === "gcm" ? (mine.tagLength === -1 ? length === 4 || length === 8 || (length >= 12 && length <= 16) : length === mine.tagLength) : length === mine.tagLength;
  if (!allowed) throw new codes.ERR_CRYPTO_INVALID_AUTH_TAG(`Invalid authentication tag length: ${length}`);
  if (!ops.node_cipher_tag(mine.id, new Uint8Array(bytes))) throw new codes.ERR_CRYPTO_INVALID_STATE("setAuthTag");
  mine.tag = bytes;
  return this;
};

export function getCipherInfo(name: any, options?: any): object | undefined {
  if (typeof name !== "string" && typeof name !== "number") throw new codes.ERR_INVALID_ARG_TYPE("nameOrNid", ["string", "number"], name);
  if (options !== undefined) validateObject(options, "options");
  const { keyLength, ivLength } = options ?? {};
  if (keyLength !== undefined) validateInt32(keyLength, "options.keyLength");
  if (ivLength !== undefined) validateInt32(ivLength, "options.ivLength");
  const found = typeof name === "number" ? ciphers.map((each) => ops.node_cipher_info(each)).find((info) => info?.[1] === name) : ops.node_cipher_info(name);
  if (found === undefined) return undefined;
  const [longName, nid, keySize, ivSize, blockSize, mode, authenticated] = found;
  if ((keyLength !== undefined && keyLength !== keySize) || (ivLength !== undefined && ivLength !== ivSize && !authenticated)) return undefined;
  return { mode, name: longName.toLowerCase(), nid, ...(mode === "stream" || blockSize === 1 ? {} : { blockSize }), ...(ivSize === 0 ? {} : { ivLength: ivLength ?? ivSize }), keyLength: keySize };
}

const sizes = ["128", "192", "256"];
export const ciphers: string[] = [
  ...["aes", "aria", "camellia"].flatMap((name) => sizes.flatMap((size) => ["cbc", "ccm", "cfb", "cfb1", "cfb8", "ctr", "ecb", "gcm", "ocb", "ofb"].map((mode) => `${name}-${size}-${mode}`))),
  ...sizes.map((size) => `aes-${size}-wrap`), ...sizes.flatMap((size) => [`aes${size}`, `id-aes${size}-GCM`, `id-aes${size}-wrap`]), "aes-128-xts", "aes-256-xts",
  "chacha20", "chacha20-poly1305", "des-ede", "des-ede-cbc", "des-ede3", "des-ede3-cbc", "des-ede3-cfb", "des-ede3-ecb", "des-ede3-ofb", "des3",
].sort();
