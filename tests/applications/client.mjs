// What the clients of several applications need.
import { once } from "node:events";
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";

/** Runs one after the other, and says which, so that a failure or an endless wait has a name. */
export async function checks(origin, ...all) {
  for (const check of all) {
    console.log(check.name);
    await check(origin);
  }
}

/** Keeps a socket's text messages, so that a check can wait for one that has come already. */
export class Inbox {
  #messages = [];
  #waiting = new Set();

  constructor(socket, parse = JSON.parse) {
    socket.addEventListener("message", ({ data }) => {
      this.#messages.push(parse(data));
      for (const look of this.#waiting) look();
    });
  }

  /** The next message that fits; those before it are forgotten. */
  async next(fits = () => true) {
    let found;
    await new Promise((resolve) => {
      const look = () => {
        const at = this.#messages.findIndex(fits);
        if (at < 0) return;
        found = this.#messages[at];
        this.#messages.splice(0, at + 1);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    return found;
  }
}

/** Asks until the answer fits; what is asked for happens by itself, sooner or later. */
export async function eventually(ask, fits) {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
  }
}

/** Waits until a Durable Object was evicted. Asking keeps it awake, so it is left alone for longer than an idle one stays. */
export async function untilEvicted(wasEvicted) {
  for (let pause = 11_000; ; pause += 2_000) {
    await setTimeout(pause);
    if (await wasEvicted()) return;
  }
}

/** Sends JSON and reads JSON; the answer must have this status. */
export async function json(url, { status = 200, body, ...options } = {}) {
  const response = await fetch(url, body === undefined ? options : { method: "POST", ...options, headers: { "content-type": "application/json", ...options.headers }, body: JSON.stringify(body) });
  const text = await response.text();
  assert.equal(response.status, status, `${url}: ${text}`);
  return JSON.parse(text);
}

export const opened = (socket) => (socket.readyState === WebSocket.OPEN ? undefined : once(socket, "open"));
export const closed = (socket) => new Promise((resolve) => socket.addEventListener("close", resolve, { once: true }));
