import { equal, run, throws } from "test";

const hello = "data:text/plain;charset=utf-8,hello";
const helloDigest = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

const tests = {
  "a data: URL is its own answer": async () => {
    const response = await fetch(hello);
    equal([response.status, response.url, response.type, response.headers.get("content-type"), await response.text()], [200, hello, "basic", "text/plain;charset=utf-8", "hello"]);
    equal(await (await fetch(hello, { method: "HEAD" })).text(), "");
    await throws("TypeError", () => fetch("data:no comma"));
  },
  "no other scheme is fetched": async () => {
    for (const url of ["blob:x", "file:///etc/passwd", "ftp://x/", "about:blank", "ws://x/"]) await throws("TypeError", () => fetch(url));
  },
  "a signal that is aborted already": async () => {
    await throws("AbortError", () => fetch(hello, { signal: AbortSignal.abort() }));
    const reason = new RangeError("mine");
    equal(await fetch(hello, { signal: AbortSignal.abort(reason) }).catch((error) => error === reason), true);
  },
  "an answer has the digest that is asked for": async () => {
    equal(await (await fetch(hello, { integrity: helloDigest })).text(), "hello");
    equal(await (await fetch(hello, { integrity: "md5-x unknown" })).text(), "hello");
    // The strongest algorithm counts.
    await throws("TypeError", () => fetch(hello, { integrity: `${helloDigest} sha512-AAAA` }));
    await throws("TypeError", () => fetch(hello, { integrity: "sha256-AAAA" }));
    equal((await fetch(hello, { integrity: `sha256-AAAA ${helloDigest}?option` })).bodyUsed, false);
  },
  "a request whose body was used cannot be sent": async () => {
    const request = new Request("http://x/", { method: "POST", body: "x" });
    await request.text();
    await throws("TypeError", () => fetch(request));
    await throws("TypeError", () => fetch("http://x/", { method: "POST", body: request.body }));
  },
  "a method that Workers knows is written in capitals": async () => {
    equal(["get", "post", "patch", "Patch"].map((method) => new Request("http://x/", { method }).method), ["GET", "POST", "PATCH", "PATCH"]);
    for (const method of ["connect", "TRACE", "a b", ""]) await throws("TypeError", () => new Request("http://x/", { method }));
  },
  "cf is an object": async () => {
    equal(new Request("http://x/", { cf: { cacheTtl: 5 } }).cf, { cacheTtl: 5 });
    equal(new Response(null, { cf: { a: 1 } }).cf, { a: 1 });
    for (const cf of [null, 1, "x"]) {
      await throws("TypeError", () => new Request("http://x/", { cf }));
      await throws("TypeError", () => new Response(null, { cf }));
    }
  },
  "a body is encoded automatically or manually": async () => {
    new Response("x", { encodeBody: "manual" });
    await throws("TypeError", () => new Response("x", { encodeBody: "x" }));
  },
  "what is wrong is named": async () => {
    const messageOf = async (action) => {
      try {
        await action();
      } catch (error) {
        return error.message;
      }
    };
    const used = new Request("http://x/", { method: "POST", body: "x" });
    await used.text();
    const form = (text) => new Response(text, { headers: { "content-type": "multipart/form-data; boundary=b" } }).formData();
    equal(await messageOf(() => new Request(used)), "Cannot reconstruct a Request with a used body.");
    equal(await messageOf(() => new Response(null, 1)), "Failed to construct 'Response': The provided value is not of type 'ResponseInit'.");
    equal(await messageOf(() => Response.redirect("http://x/", 200)), "200 is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.");
    equal(await messageOf(() => form("x")), "No initial boundary string (or you have a truncated message).");
    equal(await messageOf(() => form("--b\r\nContent-Type: x\r\n\r\nx\r\n--b--")), "No valid Content-Disposition header found in FormData part.");
    equal(await messageOf(() => new Headers([["a"]])), "To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.");
  },
  "a clone has chunks of its own": async () => {
    const chunk = new Uint8Array([1, 2]);
    const original = new Response(new ReadableStream({ start(controller) { controller.enqueue(chunk); controller.close(); } }));
    const clone = original.clone();
    const [a, b] = [(await original.body.getReader().read()).value, (await clone.body.getReader().read()).value];
    equal([a === chunk, b === chunk, b.buffer === chunk.buffer, [...b]], [true, false, false, [1, 2]]);
  },
  "a chunk that cannot be copied ends both": async () => {
    const original = new Response(new ReadableStream({ start(controller) { controller.enqueue(() => {}); } }));
    const clone = original.clone();
    await throws("DataCloneError", () => original.text());
    await throws("DataCloneError", () => clone.text());
  },
};

export default { fetch: () => run(tests) };
