// compatibility_flags: nodejs_compat
import { run } from "test";
import assert from "node:assert";
import { Buffer } from "node:buffer";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import zlib from "node:zlib";

const text = "some text, some text, some more text. ".repeat(1000);

const pairs = [["deflate", "inflate"], ["gzip", "gunzip"], ["deflateRaw", "inflateRaw"], ["brotliCompress", "brotliDecompress"], ["zstdCompress", "zstdDecompress"]];
const tests = Object.fromEntries(pairs.flatMap(([pack, unpack]) => [
  [`${pack} and ${unpack}, at once and with a callback`, async () => {
    const packed = zlib[`${pack}Sync`](text);
    assert.ok(packed.length < text.length / 10);
    assert.strictEqual(zlib[`${unpack}Sync`](packed).toString(), text);
    assert.strictEqual((await promisify(zlib[unpack])(await promisify(zlib[pack])(text))).toString(), text);
  }],
  [`${unpack} says what is wrong`, () => {
    assert.throws(() => zlib[`${unpack}Sync`](Buffer.from("\u0007no such format")), (error) => typeof error.code === "string" && typeof error.errno === "number");
    assert.throws(() => zlib[`${unpack}Sync`](zlib[`${pack}Sync`](text).subarray(0, 20)), { code: "Z_BUF_ERROR" });
  }],
]));

Object.assign(tests, {
  "Brotli compressors that use up the memory fail, and nothing else does": async () => {
    // Brotli ends the process when an allocation fails.
    const codes = [];
    const open = Array.from({ length: 20 }, () => zlib.createBrotliCompress());
    await Promise.all(open.map((stream) => new Promise((resolve) => {
      stream.on("error", (error) => resolve(codes.push(error.code)));
      stream.write(Buffer.alloc(100_000, "x"));
      stream.flush(resolve);
    })));
    assert.ok(codes.length > 0 && codes.length < 20 && codes.every((code) => code === "ERR_BROTLI_COMPRESSION_FAILED"), String(codes));
    for (const stream of open) stream.destroy();
    assert.strictEqual(zlib.brotliDecompressSync(zlib.brotliCompressSync(text)).toString(), text);
    assert.throws(() => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_LARGE_WINDOW]: 1, [zlib.constants.BROTLI_PARAM_LGWIN]: 30 } }), Error);
  },
  "streams compress and decompress": async () => {
    const parts = [];
    await pipeline(Readable.from([text, text]), zlib.createGzip({ level: 9 }), zlib.createGunzip(), async (source) => { for await (const part of source) parts.push(part); });
    assert.strictEqual(Buffer.concat(parts).toString(), text + text);
  },
  "the platform reads what was compressed": async () => {
    const stream = new Response(zlib.gzipSync(text)).body.pipeThrough(new DecompressionStream("gzip"));
    assert.strictEqual(await new Response(stream).text(), text);
  },
  "unzip takes both formats, gunzip several files": () => {
    assert.strictEqual(zlib.unzipSync(zlib.deflateSync("a")).toString() + zlib.unzipSync(zlib.gzipSync("b")).toString(), "ab");
    assert.strictEqual(zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b")])).toString(), "ab");
  },
  "dictionaries": () => {
    const dictionary = Buffer.from("some more text");
    assert.strictEqual(zlib.inflateSync(zlib.deflateSync("some more text", { dictionary }), { dictionary }).toString(), "some more text");
    assert.throws(() => zlib.inflateSync(zlib.deflateSync("x", { dictionary })), { code: "Z_NEED_DICT" });
  },
  "output is limited": () => assert.throws(() => zlib.gunzipSync(zlib.gzipSync(text), { maxOutputLength: 100 }), { code: "ERR_BUFFER_TOO_LARGE" }),
  "checksums": () => assert.strictEqual(zlib.crc32("hello"), 0x3610a686),
  "arguments are checked": () => assert.throws(() => zlib.createGzip({ level: 99 }), { code: "ERR_OUT_OF_RANGE" }),
});

export default { fetch: () => run(tests) };
