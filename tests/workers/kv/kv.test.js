// bindings: kv_namespace KV, kv_namespace OTHER
import { equal, run, throws } from "test";

const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return "none";
};

const text = (bytes) => new TextDecoder().decode(bytes);
let env;

const checks = {
  async "what is put is there, in every type"() {
    equal(await env.KV.put("a", "[1,\"é\"]"), undefined);
    equal(await env.KV.get("a"), "[1,\"é\"]");
    equal(await env.KV.get("a", "text"), "[1,\"é\"]");
    equal(await env.KV.get("a", { type: "json" }), [1, "é"]);
    const buffer = await env.KV.get("a", "arrayBuffer");
    equal([buffer instanceof ArrayBuffer, text(buffer)], [true, "[1,\"é\"]"]);
    const stream = await env.KV.get("a", { type: "stream", cacheTtl: 60 });
    equal([stream instanceof ReadableStream, await new Response(stream).text()], [true, "[1,\"é\"]"]);
  },

  async "what is not there is null"() {
    for (const type of ["text", "json", "arrayBuffer", "stream"]) equal(await env.KV.get("missing", type), null);
    equal(await env.KV.getWithMetadata("missing"), { value: null, metadata: null, cacheStatus: null });
  },

  async "values of every kind are stored"() {
    const bytes = new Uint8Array([1, 2, 250, 0]);
    const stored = {
      buffer: bytes.buffer,
      view: new DataView(bytes.buffer, 1, 2),
      blob: new Blob([bytes]).stream(),
      made: new ReadableStream({ pull(c) { c.enqueue(bytes); c.close(); } }),
      response: new Response(bytes).body,
      empty: "",
      number: 12,
    };
    const found = {};
    for (const [name, value] of Object.entries(stored)) {
      await env.KV.put(name, value);
      found[name] = [...new Uint8Array(await env.KV.get(name, "arrayBuffer"))];
    }
    const all = [1, 2, 250, 0];
    equal(found, { buffer: all, view: [2, 250], blob: all, made: all, response: all, empty: [], number: [49, 50] });
  },

  async "a value is copied when it is put"() {
    const bytes = new TextEncoder().encode("before");
    const put = env.KV.put("copied", bytes);
    bytes.fill(0);
    await put;
    equal(await env.KV.get("copied"), "before");
  },

  async "objects are no values"() {
    const message = "TypeError: KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.";
    for (const value of [{}, [], new Blob(["x"]), new String("x")]) equal(await failure(env.KV.put("object", value)), message);
  },

  async "a stream that fails is not stored"() {
    await env.KV.put("failing", "old");
    const failing = new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1)); c.error(new RangeError("mine")); } });
    equal(await failure(env.KV.put("failing", failing)), "RangeError: mine");
    equal(await env.KV.get("failing"), "old");
  },

  async "metadata comes back"() {
    await env.KV.put("meta", "v", { metadata: { a: ["ü", 1] } });
    equal(await env.KV.getWithMetadata("meta"), { value: "v", metadata: { a: ["ü", 1] }, cacheStatus: null });
    equal((await env.KV.getWithMetadata("meta", "json").catch((error) => error)).name, "SyntaxError");
    await env.KV.put("meta", "1", { metadata: null });
    equal(await env.KV.getWithMetadata("meta", { type: "json" }), { value: 1, metadata: null, cacheStatus: null });
  },

  async "deleting is for good, and of what is not there too"() {
    await env.KV.put("gone", "x");
    equal(await env.KV.delete("gone"), undefined);
    equal(await env.KV.get("gone"), null);
    equal(await env.KV.delete("gone"), undefined);
  },

  async "namespaces are apart"() {
    await env.KV.put("same", "one");
    await env.OTHER.put("same", "two");
    equal([await env.KV.get("same"), await env.OTHER.get("same")], ["one", "two"]);
  },

  async "keys are listed in pages, by prefix, in the order of their UTF-8"() {
    for (const name of ["l:b", "l:a", "l:\u{1f642}", "l:\uffee", "l:", "m"]) await env.OTHER.put(name, "x", name === "l:a" ? { metadata: 1, expirationTtl: 100 } : {});
    const first = await env.OTHER.list({ prefix: "l:", limit: 2 });
    equal([first.list_complete, first.cacheStatus, first.keys.map((key) => key.name)], [false, null, ["l:", "l:a"]]);
    equal([first.keys[1].metadata, typeof first.keys[1].expiration, Object.keys(first.keys[0])], [1, "number", ["name"]]);
    const rest = await env.OTHER.list({ prefix: "l:", cursor: first.cursor });
    equal([rest.list_complete, "cursor" in rest, rest.keys.map((key) => key.name)], [true, false, ["l:b", "l:\uffee", "l:\u{1f642}"]]);
    equal((await env.OTHER.list({ prefix: null, cursor: null, limit: 0 })).keys.length >= 6, true);
  },

  async "several are read at once"() {
    await env.KV.put("m1", "1");
    await env.KV.put("m2", "{\"x\":2}", { metadata: "meta" });
    const values = await env.KV.get(["m2", "nothing", "m1"]);
    equal([values instanceof Map, [...values]], [true, [["m2", "{\"x\":2}"], ["nothing", null], ["m1", "1"]]]);
    equal([...await env.KV.get(["m2", "m1"], "json")], [["m2", { x: 2 }], ["m1", 1]]);
    equal([...await env.KV.getWithMetadata(["m2", "nothing"], { type: "json" })], [["m2", { value: { x: 2 }, metadata: "meta" }], ["nothing", null]]);
  },

  async "refusals have Cloudflare's words"() {
    const long = "é".repeat(257);
    const now = Math.floor(Date.now() / 1000);
    const { KV } = env;
    await KV.put("words", "no json");
    const cases = [
      [KV.get(""), "TypeError: Key name cannot be empty."],
      [KV.put(".", "x"), "TypeError: \".\" is not allowed as a key name."],
      [KV.delete(".."), "TypeError: \"..\" is not allowed as a key name."],
      [KV.get(long), "Error: KV GET failed: 414 UTF-8 encoded length of 514 exceeds key length limit of 512."],
      [KV.put(long, ""), "Error: KV PUT failed: 414 UTF-8 encoded length of 514 exceeds key length limit of 512."],
      [KV.delete(long), "Error: KV DELETE failed: 414 UTF-8 encoded length of 514 exceeds key length limit of 512."],
      [KV.get("a", "xml"), "TypeError: Unknown response type. Possible types are \"text\", \"arrayBuffer\", \"json\", and \"stream\"."],
      [KV.get("a", { cacheTtl: 29 }), "Error: KV GET failed: 400 Invalid cache_ttl of 29. Cache TTL must be at least 30."],
      [KV.put("a", "x", { expirationTtl: 0 }), "Error: KV PUT failed: 400 Invalid expiration_ttl of 0. Please specify integer greater than 0."],
      [KV.put("a", "x", { expirationTtl: 59 }), "Error: KV PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at least 60."],
      [KV.put("a", "x", { expiration: 12 }), "Error: KV PUT failed: 400 Invalid expiration of 12. Please specify integer greater than the current number of seconds since the UNIX epoch."],
      [KV.put("a", "x", { expiration: now + 30 }), `Error: KV PUT failed: 400 Invalid expiration of ${now + 30}. Expiration times must be at least 60 seconds in the future.`],
      [KV.put("a", "x", { metadata: "x".repeat(1023) }), "Error: KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024."],
      [KV.put("a", new Uint8Array(25 * 1024 * 1024 + 1)), "Error: KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400."],
      [KV.list({ limit: 1001 }), "Error: KV GET failed: 400 Invalid key_count_limit of 1001. Please specify an integer less than 1000."],
      [KV.list({ cursor: "%" }), "Error: KV GET failed: 400 Invalid cursor. Please specify the cursor of an earlier list operation."],
      [KV.get([]), "Error: KV GET_BULK failed: 400 You must request a minimum of 1 key"],
      [KV.get(new Array(101).fill("a")), "Error: KV GET_BULK failed: 400 You can request a maximum of 100 keys"],
      [KV.get(["a", ""]), "Error: KV GET_BULK failed: 400 Key names must not be empty"],
      [KV.get(["a"], "stream"), "Error: KV GET_BULK failed: 400 \"stream\" is not a valid type. Use \"json\" or \"text\""],
      [KV.get(["words"], "json"), "Error: KV GET_BULK failed: 400 At least one of the requested keys corresponds to a non-json value"],
    ];
    for (const [promise, expected] of cases) equal(await failure(promise), expected);
  },

  async "a stream that is too long is given up"() {
    let pulled = 0;
    const endless = new ReadableStream({ type: "bytes", pull(c) { pulled += 1; c.enqueue(new Uint8Array(1024 * 1024)); } });
    equal(await failure(env.KV.put("endless", endless)), "Error: KV PUT failed: 413 Value length exceeds limit of 26214400.");
    equal(pulled < 40, true);
    equal(await env.KV.get("endless"), null);
  },

  async "both ends of what a value may be"() {
    const big = new Uint8Array(25 * 1024 * 1024).fill(7);
    await env.KV.put("big", big);
    const back = new Uint8Array(await env.KV.get("big", "arrayBuffer"));
    equal([back.length, back[0], back[back.length - 1]], [big.length, 7, 7]);
    await env.KV.delete("big");
    const key = "k".repeat(512);
    await env.KV.put(key, "longest");
    equal(await env.KV.get(key), "longest");
  },

  async "it is what it seems"() {
    equal(Object.prototype.toString.call(env.KV), "[object KvNamespace]");
    equal(Object.keys(env.KV), []);
    const { get } = env.KV;
    equal(await failure(get("a")), "TypeError: Illegal invocation");
    await throws("TypeError", () => new env.KV.constructor({}, 1));
    await throws("DataCloneError", () => structuredClone(env.KV));
  },
};

export default {
  fetch(request, given) {
    env = given;
    return run(checks);
  },
};
