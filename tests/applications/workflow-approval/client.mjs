import assert from "node:assert/strict";
import { Inbox, checks, closed, eventually, json, opened } from "../client.mjs";

const start = async (origin, amount) => (await json(`${origin}/start`, { body: { amount } })).id;
const status = (origin, id) => json(`${origin}/status/${id}`);

async function watch(origin, id) {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws/${id}`);
  const inbox = new Inbox(socket);
  await opened(socket);
  return { socket, inbox };
}

export async function first(origin) {
  await checks(origin, approved, refused, unknown);
}

/** One that waits, while the server begins anew. */
export async function waits(origin) {
  const id = await start(origin, 50);
  const { inbox } = await watch(origin, id);
  await inbox.next(({ approval }) => approval === "waiting");
  console.log(`kept: ${id}`);
}

export async function again(origin, id) {
  const { inbox } = await watch(origin, id);
  assert.deepEqual(await inbox.next(), { compute: "completed", pause: "completed", approval: "waiting" });
  assert.equal((await status(origin, id)).status, "waiting");
  await json(`${origin}/event/${id}`, { body: { approved: true } });
  await inbox.next(({ total }) => total === "completed");
  assert.equal((await eventually(() => status(origin, id), isOver)).output.total, 60);
}

async function approved(origin) {
  const id = await start(origin, 100);
  const { socket, inbox } = await watch(origin, id);
  assert.deepEqual(await inbox.next(({ approval }) => approval === "waiting"), { compute: "completed", pause: "completed", approval: "waiting" });
  socket.send("where are we?");
  assert.equal((await inbox.next()).approval, "waiting");
  await json(`${origin}/event/${id}`, { body: { approved: true } });
  await inbox.next(({ total }) => total === "completed");
  assert.deepEqual(await eventually(() => status(origin, id), isOver), { status: "complete", output: { total: 120, computedOn: true } });
  const gone = closed(socket);
  socket.close(1000, "seen");
  assert.equal((await gone).reason, "seen");
}

async function refused(origin) {
  const id = await start(origin, 100);
  await json(`${origin}/event/${id}`, { body: { approved: false } });
  const { status: state, error } = await eventually(() => status(origin, id), isOver);
  assert.equal(state, "errored");
  assert.equal(error.message, "It was not approved.");
}

async function unknown(origin) {
  assert.equal((await fetch(`${origin}/status/nothing`)).status, 500);
  assert.equal((await fetch(`${origin}/ws/nothing`)).status, 426);
}

const isOver = ({ status: state }) => state === "complete" || state === "errored";
