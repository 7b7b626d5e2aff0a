// Web Crypto as workers use it; the arithmetic has its vectors in tests/Skep.Runtime.Tests.
import { equal, run, throws } from "test";

const { subtle } = crypto;
const text = (value) => new TextEncoder().encode(value);
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

const checks = {
  "random values fill integer arrays only, and no more than the quota"() {
    const array = crypto.getRandomValues(new Uint32Array(64));
    equal(array.some((value) => value !== 0), true);
    throws("TypeMismatchError", () => crypto.getRandomValues(new Float64Array(1)));
    throws("QuotaExceededError", () => crypto.getRandomValues(new Uint8Array(65537)));
    throws("TypeError", () => crypto.getRandomValues([]));
    equal(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), true);
  },

  async "HKDF takes a secret without bytes"() {
    const mac = async (key, data) => {
      const hmac = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-384" }, false, ["sign"]);
      return new Uint8Array(await subtle.sign("HMAC", hmac, data));
    };
    const [salt, info] = [text("salt"), text("info")];
    const secret = await subtle.importKey("raw", new Uint8Array(0), "HKDF", false, ["deriveBits"]);
    const bits = await subtle.deriveBits({ name: "HKDF", hash: "SHA-384", salt, info }, secret, 384);
    // RFC 5869: extract, then the first block of expand.
    equal(hex(bits), hex(await mac(await mac(salt, new Uint8Array(0)), new Uint8Array([...info, 1]))));
  },

  async "digests small and large inputs"() {
    equal(hex(await subtle.digest("sha-256", text("abc"))), abc);
    equal(hex(await subtle.digest({ name: "MD5" }, text("abc"))), "900150983cd24fb0d6963f7d28e17f72");
    equal(hex(await subtle.digest("SHA-256", new Uint8Array(5 << 20))), "c036cbb7553a909f8b8877d4461924307f27ecb66cff928eeeafd569c3887e29");
    await throws("NotSupportedError", subtle.digest("SHA-257", text("abc")));
    await throws("TypeError", subtle.digest("SHA-256", "abc"));
  },

  async "a digest stream digests what is written to it"() {
    const stream = new crypto.DigestStream("SHA-256");
    const writer = stream.getWriter();
    await writer.write(text("a"));
    await writer.write("bc");
    await writer.close();
    equal(hex(await stream.digest), abc);
    equal(stream.bytesWritten, 3n);

    const piped = new crypto.DigestStream("SHA-256");
    await new Response("abc").body.pipeTo(piped);
    equal(hex(await piped.digest), abc);

    const aborted = new crypto.DigestStream("SHA-256");
    await aborted.abort(new RangeError("enough"));
    await throws("RangeError", aborted.digest);
  },

  async "every signature algorithm verifies its own, and nothing else"() {
    const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
    const algorithms = [
      [{ name: "HMAC", hash: "SHA-384" }, "HMAC"],
      [{ name: "RSASSA-PKCS1-v1_5", ...rsa }, "RSASSA-PKCS1-v1_5"],
      [{ name: "RSA-PSS", ...rsa }, { name: "RSA-PSS", saltLength: 20 }],
      [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
      [{ name: "ECDSA", namedCurve: "P-521" }, { name: "ECDSA", hash: { name: "SHA-512" } }],
      ["Ed25519", "Ed25519"],
      [{ name: "NODE-ED25519", namedCurve: "NODE-ED25519" }, "NODE-ED25519"],
    ];
    for (const [generation, use] of algorithms) {
      const generated = await subtle.generateKey(generation, true, ["sign", "verify"]);
      const { privateKey, publicKey } = generated instanceof CryptoKey ? { privateKey: generated, publicKey: generated } : generated;
      const signature = await subtle.sign(use, privateKey, text("data"));
      equal(await subtle.verify(use, publicKey, signature, text("data")), true);
      equal(await subtle.verify(use, publicKey, signature, text("Data")), false);
      new Uint8Array(signature)[3] ^= 1;
      equal(await subtle.verify(use, publicKey, signature, text("data")), false);
    }
  },

  async "every cipher opens what it sealed"() {
    const iv = new Uint8Array(16);
    for (const use of [{ name: "AES-CBC", iv }, { name: "AES-CTR", counter: iv, length: 64 }, { name: "AES-GCM", iv, tagLength: 96 }]) {
      const key = await subtle.generateKey({ name: use.name, length: 256 }, false, ["encrypt", "decrypt"]);
      for (const size of [0, 1, 100, 2 << 20]) {
        const data = new Uint8Array(size).fill(7);
        const opened = new Uint8Array(await subtle.decrypt(use, key, await subtle.encrypt(use, key, data)));
        equal(opened.length === size && opened.every((byte) => byte === 7), true);
      }
    }
    const gcm = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt", "decrypt"]);
    await throws("OperationError", subtle.decrypt({ name: "AES-GCM", iv }, gcm, new Uint8Array(32)));
  },

  async "both sides of an agreement derive the same key"() {
    for (const algorithm of [{ name: "ECDH", namedCurve: "P-384" }, { name: "X25519" }]) {
      const one = await subtle.generateKey(algorithm, false, ["deriveBits", "deriveKey"]);
      const other = await subtle.generateKey(algorithm, false, ["deriveBits", "deriveKey"]);
      const left = await subtle.deriveBits({ name: algorithm.name, public: other.publicKey }, one.privateKey, 256);
      equal(hex(left), hex(await subtle.deriveBits({ name: algorithm.name, public: one.publicKey }, other.privateKey, 256)));
    }
  },

  async "PBKDF2 keeps to Workers' limit of iterations"() {
    const key = await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]);
    const derive = (iterations) => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: text("salt"), iterations }, key, 160);
    equal(hex(await derive(4096)), "4b007901b765489abead49d926f721d065a429c1");
    await throws("NotSupportedError", derive(100_001));
  },

  async "keys leave and come back in every format"() {
    const { publicKey, privateKey } = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    for (const [format, key] of [["jwk", publicKey], ["spki", publicKey], ["raw", publicKey], ["jwk", privateKey], ["pkcs8", privateKey]]) {
      const exported = await subtle.exportKey(format, key);
      const again = await subtle.importKey(format, exported, key.algorithm, true, key.usages);
      equal(JSON.stringify(await subtle.exportKey("jwk", again)), JSON.stringify(await subtle.exportKey("jwk", key)));
    }
    await throws("InvalidAccessError", subtle.exportKey("pkcs8", publicKey));
    await throws("DataError", subtle.importKey("jwk", { kty: "EC", crv: "P-256", x: "AA", y: "AA" }, publicKey.algorithm, true, ["verify"]));
    const hidden = await subtle.generateKey({ name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    await throws("InvalidAccessError", subtle.exportKey("raw", hidden));
    await throws("SyntaxError", subtle.generateKey({ name: "HMAC", hash: "SHA-1" }, false, []));
  },

  async "keys wrap keys, out of reach of what the worker did to Object.prototype"() {
    const wrapping = await subtle.generateKey({ name: "AES-KW", length: 256 }, false, ["wrapKey", "unwrapKey"]);
    const gcm = await subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt", "wrapKey", "unwrapKey"]);
    const use = { name: "AES-GCM", iv: new Uint8Array(12) };
    Object.prototype.toJSON = Object.prototype.read = () => { throw new Error("reached"); };
    try {
      const raw = await subtle.unwrapKey("raw", await subtle.wrapKey("raw", gcm, wrapping, "AES-KW"), wrapping, "AES-KW", "AES-GCM", true, ["encrypt"]);
      equal(hex(await subtle.exportKey("raw", raw)), hex(await subtle.exportKey("raw", gcm)));
      const jwk = await subtle.unwrapKey("jwk", await subtle.wrapKey("jwk", gcm, gcm, use), gcm, use, "AES-GCM", true, ["encrypt"]);
      equal(hex(await subtle.exportKey("raw", jwk)), hex(await subtle.exportKey("raw", gcm)));
    } finally {
      delete Object.prototype.toJSON;
      delete Object.prototype.read;
    }
  },

  async "timingSafeEqual compares inputs of one length"() {
    equal(subtle.timingSafeEqual(text("abc"), text("abc")), true);
    equal(subtle.timingSafeEqual(text("abc"), text("abd")), false);
    throws("TypeError", () => subtle.timingSafeEqual(text("abc"), text("ab")));
  },

  async "objects of these classes come from here only"() {
    throws("TypeError", () => new CryptoKey());
    throws("TypeError", () => new Crypto());
    throws("TypeError", () => new SubtleCrypto());
    throws("TypeError", () => Object.getOwnPropertyDescriptor(CryptoKey.prototype, "type").get.call({}));
    await throws("TypeError", subtle.digest.call({}, "SHA-1", text("")));
    await throws("TypeError", subtle.exportKey("raw", {}));
    const key = await subtle.importKey("raw", text("k"), { name: "HMAC", hash: "SHA-256" }, false, ["verify", "sign", "sign"]);
    equal(key.algorithm === key.algorithm && key.usages === key.usages, true);
    equal(JSON.stringify([key.type, key.algorithm, key.usages]), '["secret",{"name":"HMAC","length":8,"hash":{"name":"SHA-256"}},["sign","verify"]]');
  },
};

export default { fetch: () => run(checks) };
