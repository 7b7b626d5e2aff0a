import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { checks } from "../client.mjs";

const authorization = `Basic ${btoa("admin:of buckets")}`;
const base64 = (text) => Buffer.from(text).toString("base64");

/** Calls the explorer's API as its dashboard does. */
async function api(origin, path, { query = {}, body, method = body === undefined ? "GET" : "POST" } = {}) {
  const url = new URL(`/api/buckets/${path}`, origin);
  for (const [name, value] of Object.entries(query)) for (const each of [value].flat()) url.searchParams.append(name, each);
  const binary = Buffer.isBuffer(body);
  return fetch(url, { method, headers: { authorization, ...(body === undefined ? {} : { "content-type": binary ? "application/octet-stream" : "application/json" }) }, body: binary || body === undefined ? body : JSON.stringify(body) });
}

async function call(...request) {
  const response = await api(...request);
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

export async function first(origin) {
  await checks(origin, dashboard, access, files, multipart, listing, sharing);
}

/** The files are there after the server began anew. */
export async function again(origin) {
  const { objects } = await call(origin, "files", { query: { prefix: base64("notes/") } });
  assert.deepEqual(objects.map(({ key }) => key), ["notes/", "notes/ä tea.md"]);
}

async function dashboard(origin) {
  assert.match(await (await fetch(origin)).text(), /<html/i);
  assert.match(await (await fetch(`${origin}/files/some/folder`)).text(), /<html/i);
  assert.equal((await fetch(`${origin}/favicon.ico`)).status, 200);
}

async function access(origin) {
  assert.equal((await fetch(`${origin}/api/server/config`)).status, 401);
  const config = await (await fetch(`${origin}/api/server/config`, { headers: { authorization } })).json();
  assert.deepEqual(config.buckets.map(({ name }) => name).sort(), ["backups", "files"]);
  assert.equal((await api(origin, "nothing")).status, 500);
}

async function files(origin) {
  await call(origin, "files/folder", { body: { key: base64("notes") } });
  const put = await call(origin, "files/upload", {
    query: { key: base64("notes/tea.md"), httpMetadata: base64(JSON.stringify({ contentType: "text/markdown" })), customMetadata: base64(JSON.stringify({ author: "Ada" })) },
    body: Buffer.from("# Tea"),
  });
  assert.equal(put.size, 5);
  const shown = await api(origin, `files/${encodeURIComponent(base64("notes/tea.md"))}`);
  assert.equal(await shown.text(), "# Tea");
  assert.equal(shown.headers.get("content-type"), "text/markdown");
  assert.equal(shown.headers.get("etag"), `"${createHash("md5").update("# Tea").digest("hex")}"`);
  assert.equal(shown.headers.get("content-disposition"), `attachment; filename="tea.md"; filename*=UTF-8''tea.md`);

  await call(origin, `files/${encodeURIComponent(base64("notes/tea.md"))}`, { body: { customMetadata: { author: "Bob" }, httpMetadata: { contentType: "text/plain" } } });
  const head = await call(origin, `files/${encodeURIComponent(base64("notes/tea.md"))}/head`);
  assert.deepEqual([head.customMetadata, head.httpMetadata.contentType], [{ author: "Bob" }, "text/plain"]);
  await call(origin, "files/copy", { body: { sourceKey: base64("notes/tea.md"), destinationKey: base64("copy.md") } });
  await call(origin, "files/move", { body: { oldKey: base64("notes/tea.md"), newKey: base64("notes/ä tea.md") } });
  assert.equal((await api(origin, `files/${base64("notes/tea.md")}`)).status, 404);
  assert.equal(await (await api(origin, `files/${encodeURIComponent(base64("notes/ä tea.md"))}`)).text(), "# Tea");
  await call(origin, "files/delete", { body: { key: base64("copy.md") } });
}

async function multipart(origin) {
  const parts = [randomBytes(5 << 20), randomBytes(5 << 20), randomBytes(1234)];
  const key = base64("film.mp4");
  const { uploadId } = await call(origin, "backups/multipart/create", { query: { key, httpMetadata: base64(JSON.stringify({ contentType: "video/mp4" })) }, body: {} });
  const uploaded = await Promise.all(parts.map((body, i) => call(origin, "backups/multipart/upload", { query: { key, uploadId, partNumber: i + 1 }, body })));
  const wrong = await api(origin, "backups/multipart/complete", { body: { uploadId, key, parts: [{ partNumber: 1, etag: "nothing" }] } });
  assert.equal(wrong.status, 400);
  const { success, str } = await call(origin, "backups/multipart/complete", { body: { uploadId, key, parts: uploaded } });
  assert.deepEqual([success, str.size], [true, (10 << 20) + 1234]);
  const film = await api(origin, `backups/${base64("film.mp4")}`);
  assert.equal(film.headers.get("content-type"), "video/mp4");
  assert.ok(Buffer.from(await film.arrayBuffer()).equals(Buffer.concat(parts)));
}

async function listing(origin) {
  for (let i = 0; i < 5; i++) await call(origin, "backups/upload", { query: { key: base64(`days/${i}/log.txt`), customMetadata: base64(`{"day":"${i}"}`) }, body: Buffer.from(`${i}`) });
  const top = await call(origin, "backups", { query: { delimiter: "/" } });
  assert.deepEqual([top.delimitedPrefixes, top.objects.map(({ key }) => key)], [["days/"], ["film.mp4"]]);
  const seen = [];
  for (let cursor; ; ) {
    const page = await call(origin, "backups", { query: { prefix: base64("days/"), limit: 2, include: ["customMetadata", "httpMetadata"], ...(cursor && { cursor }) } });
    seen.push(...page.objects.map(({ customMetadata }) => customMetadata.day));
    if (!page.truncated) break;
    cursor = page.cursor;
  }
  assert.deepEqual(seen, ["0", "1", "2", "3", "4"]);
}

async function sharing(origin) {
  const { shareId } = await call(origin, `backups/${base64("days/3/log.txt")}/share`, { body: { password: "please", maxDownloads: 1 } });
  assert.equal((await fetch(`${origin}/share/${shareId}`)).status, 401);
  const shared = await fetch(`${origin}/share/${shareId}?password=please`);
  assert.deepEqual([shared.status, await shared.text()], [200, "3"]);
  assert.equal((await fetch(`${origin}/share/${shareId}?password=please`)).status, 403);
  const { shares } = await call(origin, "backups/shares");
  assert.deepEqual(shares.map(({ key, currentDownloads, hasPassword }) => [key, currentDownloads, hasPassword]), [["days/3/log.txt", 1, true]]);
  await call(origin, `backups/share/${shareId}`, { method: "DELETE" });
  assert.equal((await fetch(`${origin}/share/${shareId}?password=please`)).status, 404);
}
