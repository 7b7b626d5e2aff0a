// Drives an example's requests.json against a running server, or serves its origin.json; see README.md.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const [first, ...rest] = process.argv.slice(2);
if (first === "--origin" && rest.length === 2) await serveOrigin(rest[0], Number(rest[1]));
else if (rest.length === 1) await verify(first, rest[0]);
else {
  console.error("usage: verify.js EXAMPLE BASE_URL | verify.js --origin EXAMPLE PORT");
  process.exitCode = 2;
}

async function verify(example, baseUrl) {
  const requests = await readList(example, "requests.json");
  let failed = 0;
  for (const { name, method, path, headers, body, expect } of requests) {
    try {
      await check(await fetch(new URL(path, baseUrl), { method, headers, body, redirect: "manual" }), expect);
    } catch (error) {
      failed++;
      console.error(`${example}: ${method} ${path} ${name ?? ""}\n${error.message}\n`);
    }
  }
  console.log(`${example}: ${requests.length - failed} of ${requests.length} as expected`);
  if (failed > 0) process.exitCode = 1;
}

async function check(response, expect) {
  const text = await response.text();
  assert.equal(response.status, expect.status, `status ${response.status}, expected ${expect.status}: ${text}`);
  for (const [name, value] of Object.entries(expect.headers ?? {})) assert.equal(response.headers.get(name), value, name);
  if (expect.body !== undefined) assert.equal(text, expect.body);
  if (expect.json !== undefined) assert.deepEqual(JSON.parse(text), expect.json);
}

async function serveOrigin(example, port) {
  const routes = await readList(example, "origin.json");
  const server = createServer(async (request, response) => {
    const route = routes.find((route) => route.method === request.method && route.path === request.url);
    if (!route) return response.writeHead(501).end(`no route for ${request.method} ${request.url}`);

    const { status, headers, chunks = [], echo } = route.reply;
    response.writeHead(status, { ...headers, ...Object.fromEntries(echo?.headers.map((name) => [name, request.headers[name]]) ?? []) });
    if (echo?.body) return request.pipe(response);
    for (const chunk of chunks) {
      response.write(chunk);
      await delay(5); // so that the pieces arrive as pieces
    }
    response.end();
  });
  server.listen(port, "127.0.0.1");
}

async function readList(example, file) {
  return JSON.parse(await readFile(join(example, file), "utf8"));
}
