import assert from "node:assert/strict";
import { checks } from "../client.mjs";

// As a browser sends a form without JavaScript, and, with `_data`, as Remix' own client asks.
const form = (origin, list, fields) => fetch(`${origin}/${list}`, { method: "POST", body: new URLSearchParams(fields) });
const data = async (origin, list, init) => (await fetch(`${origin}/${list}?_data=list`, init)).json();
const items = (html) => [...html.matchAll(/<li id="([^"]+)" class="([^"]+)">([^<]*)<\/li>/g)].map(([, id, state, text]) => ({ id, state, text }));

export async function first(origin) {
  await checks(origin, assets, redirects, list, mistakes);
}

/** The list is there after the server began anew. */
export async function again(origin) {
  const kept = items(await (await fetch(`${origin}/home`)).text());
  assert.deepEqual(kept.map(({ state, text }) => [state, text]), [["done", "buy &lt;milk&gt; &amp; honey"]]);
}

async function assets(origin) {
  const css = await fetch(`${origin}/app.css`);
  assert.match(css.headers.get("content-type"), /^text\/css/);
  assert.match(await css.text(), /line-through/);
  const known = await fetch(`${origin}/app.css`, { headers: { "if-none-match": css.headers.get("etag") } });
  assert.equal(known.status, 304);
}

async function redirects(origin) {
  const response = await fetch(origin, { redirect: "manual" });
  assert.equal(response.status, 302);
  const own = await fetch(new URL(response.headers.get("location"), origin));
  assert.equal(own.status, 200);
  assert.deepEqual(items(await own.text()), []);
}

async function list(origin) {
  let page = items(await (await form(origin, "home", { intent: "create", text: "buy <milk> & honey" })).text());
  assert.deepEqual(page.map(({ state, text }) => [state, text]), [["open", "buy &lt;milk&gt; &amp; honey"]]);
  await form(origin, "home", { intent: "create", text: "sleep" });
  page = items(await (await form(origin, "home", { intent: "toggle", id: page[0].id })).text());
  assert.deepEqual(page.map(({ state }) => state), ["done", "open"]);
  await form(origin, "home", { intent: "delete", id: page[1].id });
  const { todos } = await data(origin, "home");
  assert.deepEqual(todos.map(({ text, done }) => [text, done]), [["buy <milk> & honey", true]]);
  assert.deepEqual(await data(origin, "another"), { todos: [] });
}

async function mistakes(origin) {
  assert.equal((await form(origin, "home", { intent: "create", text: "" })).status, 400);
  assert.equal((await form(origin, "home", { intent: "fly" })).status, 400);
  assert.equal((await fetch(`${origin}/no/such/page`)).status, 404);
}
