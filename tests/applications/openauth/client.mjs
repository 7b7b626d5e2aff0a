import assert from "node:assert/strict";
import { createClient } from "@openauthjs/openauth/client";
import { checks, json } from "../client.mjs";
import { subjects } from "./subjects.mjs";

const callback = "http://localhost/callback";

/** A browser: keeps cookies, sends forms, and says where it is sent. */
class Browser {
  #cookies = new Map();

  async get(url) {
    return this.#ask(url, {});
  }

  async send(url, fields) {
    return this.#ask(url, { method: "POST", body: new URLSearchParams(fields) });
  }

  /** Follows redirects until they lead to the application. */
  async #ask(url, init) {
    for (;;) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
        if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(set)) this.#cookies.delete(name);
        else this.#cookies.set(name, value);
      }
      const location = response.headers.get("location");
      const page = await response.text();
      if (location === null) return { url, status: response.status, page };
      url = new URL(location, url).href;
      if (url.startsWith(callback)) return { url, status: response.status, page };
      init = {};
    }
  }
}

const clientOf = (origin) => createClient({ clientID: "shop", issuer: origin });
const outbox = async (origin, to) => (await fetch(`${origin}/outbox?to=${to}`)).text();

export async function first(origin) {
  await checks(origin, metadata, registers, mistakes, code);
}

/** Whoever registered before the server began anew signs in, and is who they were; what was given then can be refreshed. */
export async function again(origin, id, refresh) {
  const client = clientOf(origin);
  const { access } = await signIn(origin, "ada@example.com", "correct horse");
  assert.equal((await client.verify(subjects, access)).subject.properties.id, id);
  assert.equal((await client.refresh(refresh)).err, false);
}

async function metadata(origin) {
  const { issuer, jwks_uri } = await json(`${origin}/.well-known/oauth-authorization-server`);
  assert.equal(issuer, origin);
  const { keys } = await json(jwks_uri);
  assert.equal(keys[0].alg, "ES256");
}

async function registers(origin) {
  const client = clientOf(origin);
  const { url, challenge } = await client.authorize(callback, "code", { provider: "password", pkce: true });
  const browser = new Browser();
  await browser.get(url);
  const form = `${origin}/password/register`;
  await browser.get(form);
  const { page } = await browser.send(form, { action: "register", email: "ada@example.com", password: "correct horse", repeat: "wrong" });
  assert.match(page, /do not match/i);
  await browser.send(form, { action: "register", email: "Ada@example.com", password: "correct horse", repeat: "correct horse" });
  const code = await outbox(origin, "ada@example.com");
  assert.match(code, /^\d{6}$/);
  assert.match((await browser.send(form, { action: "verify", code: "none" })).page, /code/i);
  const back = await browser.send(form, { action: "verify", code });
  const tokens = await exchange(client, back.url, challenge);
  const verified = await client.verify(subjects, tokens.access);
  assert.equal(verified.subject.properties.email, "ada@example.com");
  assert.match(verified.subject.properties.id, /^[0-9a-f]{32}$/);

  const signedIn = await signIn(origin, "ada@example.com", "correct horse");
  assert.equal((await client.verify(subjects, signedIn.access)).subject.properties.id, verified.subject.properties.id);
  const refreshed = await client.refresh(signedIn.refresh);
  assert.equal(refreshed.err, false);
  console.log(`kept: ${verified.subject.properties.id} ${refreshed.tokens.refresh}`);
}

async function mistakes(origin) {
  const client = clientOf(origin);
  const { url, challenge } = await client.authorize(callback, "code", { provider: "password", pkce: true });
  const browser = new Browser();
  await browser.get(url);
  for (const [email, password] of [["ada@example.com", "wrong"], ["nobody@example.com", "correct horse"]]) {
    assert.match((await browser.send(`${origin}/password/authorize`, { email, password })).page, /incorrect/i);
  }
  const back = await browser.send(`${origin}/password/authorize`, { email: "ada@example.com", password: "correct horse" });
  const code = new URL(back.url).searchParams.get("code");
  assert.ok((await client.exchange(code, callback, "not the verifier")).err);
  assert.ok((await client.exchange(code, "http://localhost/elsewhere", challenge.verifier)).err);
  assert.ok((await client.verify(subjects, "no.token.atall")).err);
}

/** Without a password: whoever has the code is in. */
async function code(origin) {
  const client = clientOf(origin);
  const { url, challenge } = await client.authorize(callback, "code", { provider: "code", pkce: true });
  const browser = new Browser();
  await browser.get(url);
  await browser.send(`${origin}/code/authorize`, { action: "request", email: "bob@example.com" });
  const back = await browser.send(`${origin}/code/authorize`, { action: "verify", code: await outbox(origin, "bob@example.com") });
  const tokens = await exchange(client, back.url, challenge);
  assert.equal((await client.verify(subjects, tokens.access)).subject.properties.email, "bob@example.com");
}

async function signIn(origin, email, password) {
  const client = clientOf(origin);
  const { url, challenge } = await client.authorize(callback, "code", { provider: "password", pkce: true });
  const browser = new Browser();
  await browser.get(url);
  return exchange(client, (await browser.send(`${origin}/password/authorize`, { email, password })).url, challenge);
}

async function exchange(client, url, { state, verifier }) {
  const { searchParams } = new URL(url);
  assert.equal(searchParams.get("state"), state);
  const exchanged = await client.exchange(searchParams.get("code"), callback, verifier);
  assert.equal(exchanged.err, false, String(exchanged.err));
  return exchanged.tokens;
}
