// caches, as Workers has them. What is fresh, which variant fits and what a range gives is the store's business.
import { equal, run } from "test";

const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return "none";
};

const url = (path) => `http://example.com/${path}`;

const checks = {
  async "what is put is matched"() {
    const cache = caches.default;
    equal(await cache.match(url("a")), undefined);
    equal(await cache.put(url("a"), new Response("hello", { headers: { "x-a": "1" } })), undefined);
    const response = await cache.match(new Request(url("a")));
    equal([response.status, response.headers.get("x-a"), response.headers.get("cf-cache-status"), await response.text()], [200, "1", "HIT", "hello"]);
  },

  async "bodies of every kind are kept"() {
    const bodies = {
      bytes: new Uint8Array([1, 2, 255]),
      stream: new Blob(["str", "eam"]).stream(),
      made: new ReadableStream({ pull(c) { c.enqueue(new TextEncoder().encode("made")); c.close(); } }),
      nothing: null,
    };
    const kept = {};
    for (const [name, body] of Object.entries(bodies)) {
      await caches.default.put(url(name), new Response(body));
      kept[name] = [...new Uint8Array(await (await caches.default.match(url(name))).arrayBuffer())].length;
    }
    equal(kept, { bytes: 3, stream: 6, made: 4, nothing: 0 });
  },

  async "a clone can be kept while the response is read"() {
    const response = new Response(new Blob(["both"]).stream());
    const put = caches.default.put(url("clone"), response.clone());
    equal(await response.text(), "both");
    await put;
    equal(await (await caches.default.match(url("clone"))).text(), "both");
  },

  async "what is cached can be cached again"() {
    await caches.default.put(url("first"), new Response("again"));
    await caches.default.put(url("second"), await caches.default.match(url("first")));
    equal(await (await caches.default.match(url("second"))).text(), "again");
  },

  async "named caches are apart"() {
    const [one, two] = [await caches.open("one"), await caches.open("two")];
    await one.put(url("named"), new Response("one"));
    equal(await two.match(url("named")), undefined);
    equal(await caches.default.match(url("named")), undefined);
    equal(await (await (await caches.open("one")).match(url("named"))).text(), "one");
  },

  async "delete says whether there was anything"() {
    await caches.default.put(url("delete"), new Response("x"));
    equal(await caches.default.delete(url("delete")), true);
    equal(await caches.default.delete(url("delete")), false);
    equal(await caches.default.match(url("delete")), undefined);
  },

  async "the fragment does not count"() {
    await caches.default.put(url("fragment#a"), new Response("x"));
    equal(await (await caches.default.match(url("fragment#b"))).text(), "x");
  },

  async "only GET is cached, unless the method is ignored"() {
    await caches.default.put(url("method"), new Response("x"));
    const post = new Request(url("method"), { method: "POST" });
    equal(await caches.default.match(post), undefined);
    equal(await (await caches.default.match(post, { ignoreMethod: true })).text(), "x");
    equal(await caches.default.delete(post), false);
    equal(await caches.default.delete(post, { ignoreMethod: true }), true);
  },

  async "what cannot be kept is refused"() {
    const cache = caches.default;
    const used = new Response("x");
    await used.text();
    equal(await failure(cache.put(new Request(url("r"), { method: "POST" }), new Response("x"))), "TypeError: Cannot cache response to non-GET request.");
    equal(await failure(cache.put(url("r"), new Response("x", { status: 206 }))), "TypeError: Cannot cache response to a range request (206 Partial Content).");
    equal(await failure(cache.put(url("r"), new Response("x", { headers: { vary: "a, *" } }))), "TypeError: Cannot cache response with 'Vary: *' header.");
    equal(await failure(cache.put(url("r"), Response.error())), "TypeError: Cache is unable to store an error response");
    equal(await failure(cache.put(url("r"), 5)), "TypeError: Failed to execute 'put' on 'Cache': parameter 2 is not of type 'Response'.");
    equal((await failure(cache.put(url("r"), used))).split(":")[0], "TypeError");
    equal(await failure(cache.put("ftp://x/", new Response("x"))), "TypeError: Invalid URL. Cache API keys must be fully-qualified, valid URLs.");
    equal((await failure(cache.match("relative"))).split(":")[0], "TypeError");
    equal(await failure(cache.match()), "TypeError: Failed to execute 'match' on 'Cache': parameter 1 is not of type 'Request or string'.");
    equal(await failure(cache.match(url("r"), { ignoreVary: true })), "Error: The 'ignoreVary' field on 'CacheQueryOptions' is not implemented.");
    equal(await failure(caches.open("x".repeat(1024))), "TypeError: Cache name is too long.");
    equal(await cache.match(url("r")), undefined);
  },

  async "a 304 is ignored"() {
    equal(await caches.default.put(url("304"), new Response(null, { status: 304 })), undefined);
    equal(await caches.default.match(url("304")), undefined);
  },

  async "a body that fails rejects and keeps nothing"() {
    const failing = new Response(new ReadableStream({ pull(c) { c.error(new Error("broken")); } }));
    equal((await failure(caches.default.put(url("failing"), failing))) === "none", false);
    equal(await caches.default.match(url("failing")), undefined);
  },

  "what Workers does not have says so"() {
    const message = (f) => { try { f(); } catch (error) { return error.message; } };
    equal(message(() => caches.match(url("x"))), "Failed to execute 'match' on 'CacheStorage': the method is not implemented.");
    equal(message(() => caches.default.addAll([])), "Failed to execute 'addAll' on 'Cache': the method is not implemented.");
    equal(message(() => new Cache()), "Illegal constructor");
    equal(caches.default === caches.default, true);
  },
};

export default { fetch: () => run(checks) };
