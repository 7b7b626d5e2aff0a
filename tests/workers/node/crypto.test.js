// compatibility_flags: nodejs_compat
import { run } from "test";
import assert from "node:assert";
import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import { promisify } from "node:util";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

const tests = {
  "digests, in pieces and at once": () => {
    assert.strictEqual(crypto.createHash("md5").update("a").update("bc").digest("hex"), "900150983cd24fb0d6963f7d28e17f72");
    assert.strictEqual(crypto.hash("sha1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert.strictEqual(crypto.createHash("RSA-SHA256").update("").digest("base64"), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    const first = crypto.createHash("sha512").update("a");
    assert.strictEqual(first.copy().digest("hex"), crypto.hash("sha512", "a"));
    assert.throws(() => crypto.createHash("xyz"), /Digest method not supported/);
    assert.throws(() => { first.digest(); first.update("b"); }, { code: "ERR_CRYPTO_HASH_FINALIZED" });
  },
  "a digest is a stream": async () => {
    const hash = crypto.createHash("sha256");
    hash.end("abc");
    const parts = [];
    for await (const part of hash) parts.push(part);
    assert.strictEqual(hex(Buffer.concat(parts)), crypto.hash("sha256", "abc"));
  },
  "MACs": () => assert.strictEqual(crypto.createHmac("sha256", "key").update("The quick brown fox jumps over the lazy dog").digest("hex"), "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
  "keys are derived (RFC 6070, 7914, 5869)": async () => {
    assert.strictEqual(hex(crypto.pbkdf2Sync("password", "salt", 4096, 20, "sha1")), "4b007901b765489abead49d926f721d065a429c1");
    assert.strictEqual(hex(await promisify(crypto.pbkdf2)("password", "salt", 1, 20, "sha1")), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
    assert.strictEqual(hex(crypto.scryptSync("password", "NaCl", 64, { N: 1024, r: 8, p: 16 })).slice(0, 32), "fdbabe1c9d3472007856e7190d01e9fe");
    const okm = crypto.hkdfSync("sha256", Buffer.alloc(22, 0x0b), Buffer.from("000102030405060708090a0b0c", "hex"), Buffer.from("f0f1f2f3f4f5f6f7f8f9", "hex"), 42);
    assert.strictEqual(hex(okm), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    assert.throws(() => crypto.pbkdf2Sync("p", "s", 1, 1, "no"), { code: "ERR_CRYPTO_INVALID_DIGEST" });
  },
  "random values": async () => {
    assert.strictEqual(crypto.randomBytes(5).length, 5);
    assert.match(crypto.randomUUID(), /^[\da-f]{8}-[\da-f]{4}-4/);
    for (let i = 0; i < 50; i++) assert.ok([3, 4, 5].includes(crypto.randomInt(3, 6)));
    assert.throws(() => crypto.randomInt(3, 3), { code: "ERR_OUT_OF_RANGE" });
    assert.strictEqual((await promisify(crypto.randomBytes)(3)).length, 3);
  },
  "ciphers, also authenticated": () => {
    const [key, iv] = [Buffer.alloc(32, 1), Buffer.alloc(16, 2)];
    const cipher = crypto.createCipheriv("aes-256-cbc", key, iv);
    const text = cipher.update("some text that is longer than a block", "utf8", "hex") + cipher.final("hex");
    const back = crypto.createDecipheriv("aes-256-cbc", key, iv);
    assert.strictEqual(back.update(text, "hex", "utf8") + back.final("utf8"), "some text that is longer than a block");
    const gcm = crypto.createCipheriv("aes-128-gcm", key.subarray(16), iv.subarray(4));
    gcm.setAAD(Buffer.from("head"));
    const sealed = Buffer.concat([gcm.update("secret"), gcm.final()]);
    const open = (tag) => {
      const decipher = crypto.createDecipheriv("aes-128-gcm", key.subarray(16), iv.subarray(4));
      decipher.setAAD(Buffer.from("head")).setAuthTag(tag);
      return decipher.update(sealed, undefined, "utf8") + decipher.final("utf8");
    };
    assert.strictEqual(open(gcm.getAuthTag()), "secret");
    assert.throws(() => open(Buffer.alloc(16)), /unable to authenticate/);
    assert.throws(() => crypto.createCipheriv("aes-256-cbc", Buffer.alloc(3), iv), { code: "ERR_CRYPTO_INVALID_KEYLEN" });
    assert.throws(() => crypto.createCipheriv("nope", key, iv), { code: "ERR_CRYPTO_UNKNOWN_CIPHER" });
  },
  "keys are generated, exported and read, encrypted too": () => {
    const { publicKey, privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
    assert.strictEqual(privateKey.asymmetricKeyDetails.modulusLength, 2048);
    const pem = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open" });
    assert.match(pem, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    assert.ok(crypto.createPrivateKey({ key: pem, passphrase: "open" }).equals(privateKey));
    assert.throws(() => crypto.createPrivateKey(pem), { code: "ERR_MISSING_PASSPHRASE" });
    const jwk = publicKey.export({ format: "jwk" });
    assert.ok(crypto.createPublicKey({ key: jwk, format: "jwk" }).equals(publicKey));
    assert.ok(crypto.createPublicKey(privateKey.export({ type: "pkcs1", format: "pem" })).equals(publicKey));
  },
  "signatures are made and checked": () => {
    const rsa = crypto.generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs1", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
    const signature = crypto.createSign("RSA-SHA256").update("a").update("b").sign(rsa.privateKey, "base64");
    assert.ok(crypto.createVerify("RSA-SHA256").update("ab").verify(rsa.publicKey, signature, "base64"));
    assert.ok(!crypto.createVerify("RSA-SHA256").update("ac").verify(rsa.publicKey, signature, "base64"));
    const pss = { key: rsa.privateKey, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    assert.ok(crypto.verify("sha256", Buffer.from("x"), { ...pss, key: rsa.publicKey }, crypto.sign("sha256", Buffer.from("x"), pss)));
    const ec = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
    const joined = crypto.sign("sha256", Buffer.from("x"), { key: ec.privateKey, dsaEncoding: "ieee-p1363" });
    assert.strictEqual(joined.length, 64);
    assert.ok(crypto.verify("sha256", Buffer.from("x"), { key: ec.publicKey, dsaEncoding: "ieee-p1363" }, joined));
    const ed = crypto.generateKeyPairSync("ed25519");
    assert.ok(crypto.verify(null, Buffer.from("x"), ed.publicKey, crypto.sign(null, Buffer.from("x"), ed.privateKey)));
  },
  "RSA encrypts": () => {
    const { publicKey, privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
    assert.strictEqual(crypto.privateDecrypt(privateKey, crypto.publicEncrypt(publicKey, Buffer.from("hi"))).toString(), "hi");
    assert.strictEqual(crypto.privateDecrypt({ key: privateKey, oaepHash: "sha256" }, crypto.publicEncrypt({ key: publicKey, oaepHash: "sha256" }, Buffer.from("hi"))).toString(), "hi");
    assert.strictEqual(crypto.publicDecrypt(publicKey, crypto.privateEncrypt(privateKey, Buffer.from("hi"))).toString(), "hi");
  },
  "secrets are agreed on": () => {
    const [a, b] = [crypto.createECDH("secp256k1"), crypto.createECDH("secp256k1")];
    a.generateKeys();
    b.generateKeys();
    assert.deepStrictEqual(a.computeSecret(b.getPublicKey()), b.computeSecret(a.getPublicKey("hex", "compressed"), "hex"));
    const [x, y] = [crypto.getDiffieHellman("modp14"), crypto.getDiffieHellman("modp14")];
    x.generateKeys();
    y.generateKeys();
    assert.deepStrictEqual(x.computeSecret(y.getPublicKey()), y.computeSecret(x.getPublicKey()));
    const [m, n] = [crypto.generateKeyPairSync("x25519"), crypto.generateKeyPairSync("x25519")];
    assert.deepStrictEqual(crypto.diffieHellman({ privateKey: m.privateKey, publicKey: n.publicKey }), crypto.diffieHellman({ privateKey: n.privateKey, publicKey: m.publicKey }));
  },
  "secrets are compared": () => {
    assert.ok(crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")) && !crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("b")));
    assert.throws(() => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")), { code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH" });
  },
  "primes": () => {
    assert.ok(crypto.checkPrimeSync(7n) && !crypto.checkPrimeSync(8n));
    assert.ok(crypto.checkPrimeSync(crypto.generatePrimeSync(64)));
  },
};

export default { fetch: () => run(tests) };
