import assert from "node:assert/strict";
import { checks, json } from "../client.mjs";

export async function first(origin) {
  await checks(origin, comments, sessions);
}

async function comments(origin) {
  const page = await fetch(origin);
  assert.equal(page.headers.get("content-type"), "text/html");
  const [, shown] = /<pre>(.*)<\/pre>/s.exec(await page.text());
  assert.deepEqual(JSON.parse(shown), [
    { id: 1, author: "Kristian", content: "Congrats; well done!" },
    { id: 2, author: "Serena", content: "It's nice" },
    { id: 3, author: "Max", content: "Is it fast?" },
  ]);
}

/** Whoever brings the bookmark of a write sees it. */
async function sessions(origin) {
  let bookmark = "first-unconstrained";
  for (let i = 0; i < 10; i++) {
    const written = await fetch(`${origin}/orders`, { method: "POST", headers: { "x-d1-bookmark": bookmark }, body: JSON.stringify({ customer: "Ada", id: `${i}`, quantity: i + 1 }) });
    const next = written.headers.get("x-d1-bookmark");
    assert.notEqual(next, "");
    assert.equal((await written.json()).results.length, i + 1);
    if (i > 0) assert.ok(next > bookmark);
    bookmark = next;
    const read = await fetch(`${origin}/orders`, { headers: { "x-d1-bookmark": bookmark } });
    assert.equal((await read.json()).results.at(-1).quantity, i + 1);
  }
  const { error } = await json(`${origin}/orders`, { body: { customer: "Ada", id: "none", quantity: 0 }, status: 500 });
  assert.match(error, /^Error: D1_ERROR: CHECK constraint failed: quantity > 0: SQLITE_CONSTRAINT/);
}
