// compatibility_flags: nodejs_compat, enable_nodejs_http_modules, enable_nodejs_http_server_modules
import { run } from "test";
import assert from "node:assert";
import http from "node:http";
import { handleAsNodeRequest, httpServerHandler } from "cloudflare:node";
import { text } from "node:stream/consumers";

const server = http.createServer(async (request, response) => {
  if (request.url === "/stream") {
    response.writeHead(201, { "x-a": ["1", "2"] });
    response.write("one ");
    await null;
    response.end("two");
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ method: request.method, url: request.url, host: request.headers.host, body: await text(request) }));
});
server.listen(8080);

const ask = (path, init) => handleAsNodeRequest(8080, new Request(`http://shop.example${path}`, init));

const tests = {
  "a request reaches the server that listens": async () => {
    const response = await ask("/a?b=c", { method: "POST", body: "hello" });
    assert.strictEqual(response.headers.get("content-type"), "application/json");
    assert.deepStrictEqual(await response.json(), { method: "POST", url: "/a?b=c", host: "shop.example", body: "hello" });
  },
  "an answer is streamed": async () => {
    const response = await ask("/stream");
    assert.strictEqual(response.status, 201);
    assert.strictEqual(response.headers.get("x-a"), "1, 2");
    assert.strictEqual(await response.text(), "one two");
  },
  "a handler is made of a server": async () => {
    const { fetch } = httpServerHandler({ port: 8080 });
    assert.strictEqual((await fetch(new Request("http://shop.example/"))).status, 200);
    assert.throws(() => httpServerHandler({}), TypeError);
    await assert.rejects(async () => handleAsNodeRequest(1, new Request("http://a/")), /port 1 not found/);
  },
  "headers are checked": () => {
    assert.throws(() => http.validateHeaderName("a b"), { code: "ERR_INVALID_HTTP_TOKEN" });
    assert.throws(() => http.validateHeaderValue("a", "\n"), { code: "ERR_INVALID_CHAR" });
    assert.throws(() => http.request({ method: "no way" }), { code: "ERR_INVALID_HTTP_TOKEN" });
    assert.throws(() => http.request("https://a/"), { code: "ERR_INVALID_PROTOCOL" });
  },
};

export default { fetch: () => run(tests) };
