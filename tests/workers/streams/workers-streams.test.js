// What Workers add to the standard: byte pipes, fixed lengths, compression, and bodies as streams.
import { equal, run, turns } from "test";

const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);

const checks = {
  async "an identity stream's write ends when the reader took the bytes"() {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    let written = false;
    const write = writer.write(encode("abcdef")).then(() => { written = true; });
    const reader = readable.getReader({ mode: "byob" });
    equal(decode((await reader.read(new Uint8Array(4))).value), "abcd");
    await turns();
    equal(written, false);
    equal(decode((await reader.read(new Uint8Array(4))).value), "ef");
    await write;
    await writer.close();
    equal((await reader.read(new Uint8Array(4))).done, true);
  },

  async "an identity stream refuses what is not bytes"() {
    const { readable, writable } = new IdentityTransformStream();
    const read = readable.getReader().read();
    await rejects(writable.getWriter().write("text"), /received a string/);
    await rejects(read, /received a string/);
  },

  async "a fixed-length stream insists on its length"() {
    const long = new FixedLengthStream(3);
    const longRead = new Response(long.readable).text();
    await rejects(long.writable.getWriter().write(encode("four")), /too many bytes/);
    await rejects(longRead, /too many bytes/);
    const short = new FixedLengthStream(3);
    const shortRead = new Response(short.readable).text();
    const writer = short.writable.getWriter();
    await writer.write(encode("ab"));
    await rejects(writer.close(), /did not see all expected bytes/);
    await rejects(shortRead, /did not see all expected bytes/);
  },

  async "readAtLeast gives the last bytes before the end"() {
    const reader = new Response("abcdefg").body.getReader({ mode: "byob" });
    equal(decode((await reader.readAtLeast(3, new Uint8Array(4))).value), "abcd");
    const last = await reader.readAtLeast(4, new Uint8Array(4));
    equal(decode(last.value), "efg");
    equal(last.done, false);
    equal((await reader.readAtLeast(1, new Uint8Array(4))).done, true);
  },

  async "every format decompresses what it compressed"() {
    const text = "to be or not to be, ".repeat(20000);
    for (const format of ["gzip", "deflate", "deflate-raw", "brotli"]) {
      const packed = await new Response(new Response(text).body.pipeThrough(new CompressionStream(format))).bytes();
      if (packed.length > text.length / 50) throw new Error(`${format}: ${packed.length} bytes`);
      // Byte by byte at the start, so that every header is split.
      const pieces = [...Array.from(packed.subarray(0, 30), (byte) => Uint8Array.of(byte)), packed.subarray(30)];
      const unpacked = ReadableStream.from(pieces).pipeThrough(new DecompressionStream(format));
      if (await new Response(unpacked).text() !== text) throw new Error(`${format}: the text differs`);
    }
  },

  async "damaged, cut and padded data is refused"() {
    for (const format of ["gzip", "deflate", "deflate-raw", "brotli"]) {
      const packed = await new Response(new Response("expected output").body.pipeThrough(new CompressionStream(format))).bytes();
      const unpack = (bytes) => new Response(new Response(bytes).body.pipeThrough(new DecompressionStream(format))).text();
      equal(await unpack(packed), "expected output");
      await rejects(unpack(packed.subarray(0, packed.length - 1)), /incomplete/);
      await rejects(unpack(new Uint8Array([...packed, 0])), /after the end/);
      await rejects(unpack(new Uint8Array(0)), /incomplete/);
    }
    await rejects(new Response(new Response("no gzip at all").body.pipeThrough(new DecompressionStream("gzip"))).text(), /malformed/);
  },

  async "a body in memory is a byte stream that clones"() {
    const response = new Response("body");
    const copy = response.clone();
    const reader = response.body.getReader({ mode: "byob" });
    equal(decode((await reader.read(new Uint8Array(10))).value), "body");
    equal(await copy.text(), "body");
  },

  async "a stream of anything but bytes is no body"() {
    await rejects(new Response(ReadableStream.from(["text"])).text(), /did not return bytes/);
  },
};

async function rejects(promise, pattern) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TypeError && pattern.test(error.message)) return;
    throw new Error(`rejected with ${error}`);
  }
  throw new Error("did not reject");
}

export default { fetch: () => run(checks) };
