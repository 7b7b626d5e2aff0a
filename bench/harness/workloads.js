import assert from "node:assert/strict";

/*
 * What is asked of every runtime. `worker` names the file in workers/, `check` throws unless the answer is right;
 * `origin` says that the worker fetches from the origin server; with `socket` the
 * load is WebSocket messages, "requests" are messages; `without` names runtimes that cannot.
 */

const token =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzY29wZSI6InJlYWQgd3JpdGUiLCJzdWIiOiJtYWphIiwiYXVkIjoiYmVuY2giLCJpc3MiOiJza2VwIiwiZXhwIjo0MTAyNDQ0ODAwfQ.DiDWAuU8A3F5ND6ArB_RbK7qrPCq6tW5rpJfZEvCKYI";

const browserHeaders = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-encoding": "gzip, deflate, br",
  "accept-language": "en-GB,en;q=0.7,de;q=0.3",
  "cache-control": "no-cache",
  cookie: "session=4f1c2b7a9d; theme=dark; consent=yes",
  dnt: "1",
  referer: "https://example.com/a/page/before",
  "sec-fetch-mode": "navigate",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};

export const workloads = {
  hello: {
    worker: "hello",
    path: "/",
    check: ({ body }) => assert.equal(body.toString(), "Hello World!"),
  },
  json: {
    worker: "json",
    path: "/products?page=7",
    check({ headers, body }) {
      assert.match(headers["content-type"], /^application\/json/);
      const { page, items } = JSON.parse(body);
      assert.equal(page, 7);
      assert.deepEqual(items[15], { id: 127, name: "buckwheat", sku: "honey-buckwheat-127", price: 161.75, inStock: true, tags: ["honey", "buckwheat"] });
      assert.ok(body.length > 1800 && body.length < 2300, `${body.length} bytes`);
    },
  },
  headers: {
    worker: "headers",
    path: "/",
    headers: browserHeaders,
    check({ headers, body }) {
      assert.equal(body.toString(), "many");
      assert.equal(headers["x-language"], browserHeaders["accept-language"]);
      assert.equal(headers["x-has-session"], "true");
      assert.equal(headers["x-frame-options"], undefined);
      assert.deepEqual(headers["set-cookie"], ["visited=1; Path=/; HttpOnly", "theme=dark; Path=/"]);
    },
  },
  hono: {
    worker: "hono",
    path: "/api/hives/north/frames/12?unit=kg",
    check({ headers, body }) {
      assert.deepEqual(JSON.parse(body), { hive: "north", frame: 12, unit: "kg" });
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["x-content-type-options"], "nosniff");
    },
  },
  "stream-1mb": {
    worker: "stream",
    path: "/",
    check: ({ body }) => assertFilled(body, 1024 * 1024, "a"),
  },
  transform: {
    worker: "transform",
    path: "/",
    check({ body }) {
      assert.equal(body.length, 1024 * 1024);
      assert.ok(body.every((byte, at) => byte === (at % 16384 === 0 ? 0x62 : 0x61)), "the body has other bytes");
    },
  },
  "proxy-1kb": {
    worker: "proxy",
    origin: true,
    path: "/1k",
    check({ headers, body }) {
      assertFilled(body, 1024, "b");
      assert.equal(headers["x-proxied-by"], "bench");
    },
  },
  "proxy-1mb": {
    worker: "proxy",
    origin: true,
    path: "/1m",
    check({ headers, body }) {
      assertFilled(body, 1024 * 1024, "b");
      assert.equal(headers["x-proxied-by"], "bench");
    },
  },
  jwt: {
    worker: "jwt",
    path: "/",
    headers: { authorization: `Bearer ${token}` },
    check: ({ body }) => assert.deepEqual(JSON.parse(body), { subject: "maja" }),
  },
  "ws-echo": {
    worker: "ws-echo",
    socket: true,
    connections: 50,
    without: ["node"],
    path: "/",
    check: ({ body }) => assert.equal(body.toString(), "ready"),
  },
  "html-rewriter": {
    worker: "html-rewriter",
    path: "/",
    without: ["node", "deno"],
    check({ body }) {
      const text = body.toString();
      assert.ok(body.length > 48_000 && body.length < 56_000, `${body.length} bytes`);
      assert.equal(text.split("https://new.example.com/").length - 1, 136);
      assert.equal(text.split('decoding="async"').length - 1, 68);
      assert.ok(text.includes('<script src="/analytics.js"></script></head>') && !text.includes("<!-- post") && !text.includes("old.example.com"));
      assert.match(text, /<!-- 1486 -->$/);
    },
  },
  cpu: {
    worker: "cpu",
    path: "/?n=10",
    check: ({ body }) => assert.equal(body.toString(), "724"),
  },
};

function assertFilled(body, length, character) {
  assert.equal(body.length, length);
  assert.ok(body.every((byte) => byte === character.charCodeAt(0)), "the body has other bytes");
}

/** Throws unless the answer is a 200 with the right content. */
export function check(workload, response) {
  assert.equal(response.status, 200, `status ${response.status}: ${response.body.subarray(0, 500)}`);
  workload.check(response);
}
