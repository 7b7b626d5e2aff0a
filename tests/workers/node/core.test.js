// compatibility_flags: nodejs_compat
import { run } from "test";
import assert from "node:assert";
import { Buffer } from "node:buffer";
import { EventEmitter, once } from "node:events";
import path from "node:path";
import process from "node:process";
import querystring from "node:querystring";
import { Readable, Transform, Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import url from "node:url";
import util from "node:util";
import { channel } from "node:diagnostics_channel";
import { createRequire, isBuiltin } from "node:module";
import { AsyncLocalStorage } from "node:async_hooks";

const upper = () => new Transform({ transform: (chunk, _encoding, done) => done(null, chunk.toString().toUpperCase()) });

const tests = {
  "buffers convert between encodings": () => {
    for (const encoding of ["utf8", "utf16le", "latin1", "base64", "base64url", "hex"]) {
      const bytes = Buffer.from([0x68, 0xe9, 0x20, 0x21]);
      if (encoding === "utf8") assert.strictEqual(Buffer.from("hé €").toString(encoding), "hé €");
      else assert.deepStrictEqual(Buffer.from(bytes.toString(encoding), encoding), bytes, encoding);
    }
  },
  "base64 is taken in both alphabets, with and without padding": () => {
    assert.strictEqual(Buffer.from("_-8=", "base64").toString("hex"), "ffef");
    assert.strictEqual(Buffer.from("/+8", "base64url").toString("hex"), "ffef");
    assert.strictEqual(Buffer.from("aG\nVs bG8", "base64").toString(), "hello");
  },
  "hexadecimal ends at the first character that is none": () => assert.deepStrictEqual([...Buffer.from("0aZZff", "hex")], [10]),
  "buffers are searched forwards and backwards": () => {
    const buffer = Buffer.from("abcabcabc");
    assert.deepStrictEqual([buffer.indexOf("bc"), buffer.indexOf("bc", 2), buffer.lastIndexOf("bc"), buffer.indexOf("x"), buffer.indexOf(99), buffer.includes("ca", -3)], [1, 4, 7, -1, 2, false]);
    assert.strictEqual(Buffer.from("aábá", "utf16le").lastIndexOf("á", undefined, "utf16le"), 6);
  },
  "out of range arguments have Node.js' codes": () => {
    assert.throws(() => Buffer.alloc(2).readUInt32LE(0), { code: "ERR_BUFFER_OUT_OF_BOUNDS" });
    assert.throws(() => Buffer.alloc(-1), { code: "ERR_OUT_OF_RANGE" });
    assert.throws(() => Buffer.from(5), { code: "ERR_INVALID_ARG_TYPE" });
  },
  "an error's stack begins with its message": () => {
    for (const fails of [() => Buffer.alloc("x"), () => new URLSearchParams(Buffer.from(5)), () => new EventEmitter().emit("error", 1)]) {
      assert.throws(fails, (error) => error.message.length > 0 && error.stack.startsWith(`${error.name}: ${error.message}`));
    }
  },
  "a WritableStream as a stream of Node.js'": async () => {
    const chunks = [];
    const writable = Writable.fromWeb(new WritableStream({ write(chunk) { chunks.push(String(chunk)); } }));
    writable.write("a");
    await new Promise((resolve) => writable.end("b", resolve));
    assert.deepStrictEqual(chunks, ["a", "b"]);
    const failing = Writable.fromWeb(new WritableStream({ write() { throw new Error("full"); } }));
    failing.write("a");
    assert.strictEqual((await once(failing, "error"))[0].message, "full");
  },
  "diagnostics channels enter their stores": async () => {
    const store = new AsyncLocalStorage();
    const traced = channel("test:stores");
    traced.bindStore(store, (data) => data.id);
    assert.strictEqual(await traced.runStores({ id: 7 }, async () => { await null; return store.getStore(); }), 7);
    assert.strictEqual(store.getStore(), undefined);
  },
  "a file URL keeps a slash at the end, and a backslash is a character of the name": () => {
    assert.strictEqual(url.pathToFileURL("/a/").href, "file:///a/");
    assert.strictEqual(url.pathToFileURL("/a\\").href, "file:///a%5C");
    assert.strictEqual(url.pathToFileURL("C:\\a\\", { windows: true }).href, "file:///C:/a/");
  },
  "a surrogate pair in UTF-16, wherever it is cut": () => {
    const bytes = Buffer.from("a😀b", "utf16le");
    for (let first = 1; first < bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const decoder = new StringDecoder("utf16le");
        assert.strictEqual([bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)].map((part) => decoder.write(part)).join("") + decoder.end(), "a😀b");
      }
    }
  },
  "assert.deepEqual looks into arrays": () => {
    assert.deepEqual({ x: [1, [2]] }, { x: [1, ["2"]] });
    assert.throws(() => assert.deepEqual([1], [2]), { code: "ERR_ASSERTION" });
    assert.deepEqual(Object.assign([1], { links: Object.create(null) }), Object.assign([1], { links: {} }));
    assert.throws(() => assert.deepStrictEqual(Object.assign([1], { [Symbol.for("s")]: 1 }), [1]), { code: "ERR_ASSERTION" });
    assert.deepEqual(Object.assign([1], { [Symbol.for("s")]: 1 }), [1]);
  },
  "a failed assertion without a message shows the value": () => {
    for (const fails of [() => assert(false), () => assert.ok(0 > 1), () => assert.strict(false, undefined)]) assert.throws(fails, { name: "AssertionError", message: "false == true" });
    assert.throws(() => assert.ok(), { message: "No value argument passed to `assert.ok()`" });
  },
  "a new buffer holds nothing that was there before": () => assert.ok(Buffer.allocUnsafe(4096).every((byte) => byte === 0) || Buffer.poolSize > 0),
  "events are heard once, awaited, and errors are thrown": async () => {
    const emitter = new EventEmitter();
    queueMicrotask(() => emitter.emit("ready", 1, 2));
    assert.deepStrictEqual(await once(emitter, "ready"), [1, 2]);
    assert.throws(() => emitter.emit("error", new RangeError("no")), RangeError);
  },
  "streams are piped and transformed": async () => {
    const parts = [];
    await pipeline(Readable.from(["a", "b"]), upper(), new Writable({ write: (chunk, _encoding, done) => (parts.push(chunk.toString()), done()) }));
    assert.deepStrictEqual(parts, ["A", "B"]);
  },
  "a stream's failure reaches who waits for it": async () => {
    const stream = new Readable({ read() { this.destroy(new Error("broken")); } });
    stream.resume();
    await assert.rejects(finished(stream), /broken/);
  },
  "streams become web streams and back": async () => {
    const web = Readable.toWeb(Readable.from([Buffer.from("web")]));
    assert.strictEqual(await new Response(web).text(), "web");
    assert.strictEqual(await text(Readable.fromWeb(new Response("node").body)), "node");
  },
  "characters cut in two are decoded whole": () => {
    const decoder = new StringDecoder("utf8");
    assert.strictEqual(decoder.write(Buffer.from([0xe2, 0x82])) + decoder.write(Buffer.from([0xac])) + decoder.end(Buffer.from([0xe2])), "€\ufffd");
    const wide = new StringDecoder("utf16le");
    assert.strictEqual(wide.write(Buffer.from([0x3d, 0xd8])) + wide.end(Buffer.from([0x4d, 0xdc])), "\u{1f44d}");
  },
  "paths are those of POSIX, win32's beside them": () => {
    assert.strictEqual(path.join("/a", "../b", "./c"), "/b/c");
    assert.strictEqual(path.win32.resolve("C:\\a", "..\\b"), "C:\\b");
    assert.ok(path.matchesGlob("/a/b.js", "/a/*.js"));
  },
  "query strings and URLs": () => {
    assert.deepStrictEqual({ ...querystring.parse("a=1&a=2&b=%20") }, { a: ["1", "2"], b: " " });
    assert.strictEqual(url.fileURLToPath("file:///a%20b"), "/a b");
    assert.strictEqual(url.pathToFileURL("/a#b").href, "file:///a%23b");
    assert.strictEqual(url.domainToASCII("español.com"), "xn--espaol-zwa.com");
    assert.strictEqual(url.URL, URL);
  },
  "values are inspected as Node.js does": () => {
    assert.strictEqual(util.inspect({ map: new Map([[1, { a: [] }]]), get x() { return 1; }, [Symbol("s")]: 1n }), "{ map: Map(1) { 1 => { a: [] } }, x: [Getter], Symbol(s): 1n }");
    assert.strictEqual(util.format("%s %d %i %j %o", "a", 1.5, 2.9, { b: 1 }, 3), "a 1.5 2 {\"b\":1} 3");
    assert.strictEqual(util.inspect(new Proxy({}, {}), { showProxy: true }), "Proxy [ {}, {} ]");
  },
  "types are the engine's": () => {
    assert.ok(util.types.isProxy(new Proxy({}, {})) && util.types.isAsyncFunction(async () => {}) && util.types.isGeneratorFunction(function* () {}));
    assert.ok(util.types.isBoxedPrimitive(Object(1n)) && util.types.isMapIterator(new Map().keys()) && !util.types.isDate({}));
  },
  "arguments are parsed, styles applied, MIME types read": () => {
    assert.deepStrictEqual({ ...util.parseArgs({ args: ["--port=1", "-v"], options: { port: { type: "string" }, v: { type: "boolean", short: "v" } } }).values }, { port: "1", v: true });
    assert.strictEqual(new util.MIMEType("Text/HTML; charset=utf-8").essence, "text/html");
    assert.strictEqual(util.stripVTControlCharacters("\u001b[31mred\u001b[0m"), "red");
  },
  "callbacks become promises, and promises callbacks": async () => {
    assert.strictEqual(await util.promisify((value, done) => done(null, value + 1))(1), 2);
    assert.strictEqual(await new Promise((resolve) => util.callbackify(async () => 3)((_error, value) => resolve(value))), 3);
    await util.promisify(setTimeout)(1).catch(() => {});
  },
  "assertions say what differs": () => {
    try {
      assert.deepStrictEqual({ a: [1, 2] }, { a: [1, 3] });
    } catch (error) {
      assert.strictEqual(error.code, "ERR_ASSERTION");
      assert.match(error.message, /\+ {5}2\n- {5}3/);
      return;
    }
    throw new Error("did not throw");
  },
  "waits can be aborted": async () => {
    await sleep(1);
    await assert.rejects(sleep(60_000, undefined, { signal: AbortSignal.abort(new Error("why")) }), { name: "AbortError", code: "ABORT_ERR" });
  },
  "channels reach their subscribers": () => {
    const heard = [];
    const news = channel("news");
    news.subscribe((message, name) => heard.push([name, message]));
    news.publish(1);
    assert.deepStrictEqual(heard, [["news", 1]]);
    assert.strictEqual(news.hasSubscribers, true);
  },
  "the process is number one on Linux": () => {
    assert.strictEqual(process.platform, "linux");
    process.env.NUMBER = 1;
    assert.strictEqual(process.env.NUMBER, "1");
    assert.throws(() => { process.env.SYMBOL = Symbol("s"); }, TypeError);
    assert.match(process.version, /^v22\./);
  },
  "nextTick keeps the async context": async () => {
    const storage = new AsyncLocalStorage();
    assert.strictEqual(await storage.run(7, () => new Promise((resolve) => process.nextTick((add) => resolve(storage.getStore() + add), 1))), 8);
  },
  "built-in modules can be required": () => {
    const require = createRequire("/bundle/worker.js");
    assert.strictEqual(require("node:path"), path);
    assert.strictEqual(require("path"), path);
    assert.throws(() => require("left-pad"), { code: "MODULE_NOT_FOUND" });
    assert.ok(isBuiltin("node:buffer") && !isBuiltin("left-pad"));
  },
};

export default { fetch: () => run(tests) };
