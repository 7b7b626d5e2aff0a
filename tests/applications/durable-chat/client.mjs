import assert from "node:assert/strict";
import { PartySocket } from "partysocket";
import { Inbox, checks, closed, json, opened, untilEvicted } from "../client.mjs";

async function join(origin, room, user) {
  const socket = new PartySocket({ host: new URL(origin).host, protocol: "ws", party: "chat", room, query: { user }, minReconnectionDelay: 50 });
  const inbox = new Inbox(socket);
  await opened(socket);
  return { socket, inbox };
}

const send = ({ socket }, message) => socket.send(JSON.stringify(message));
const stateOf = (origin, room) => json(`${origin}/parties/chat/${room}`);

export async function first(origin) {
  await checks(origin, page, conversation, reconnecting, refused, alarm, rooms);
}

/** What was said is there after the server began anew. */
export async function again(origin) {
  const { inbox } = await join(origin, "kitchen", "ada");
  assert.deepEqual(await inbox.next(), { type: "all", room: "kitchen", messages: [{ id: "1", user: "ada", content: "tea!" }, { id: "2", user: "bob", content: "coffee" }] });
}

/** Sockets stay while the object is out of memory; tags and connection states are there when a message wakes it. */
export async function hibernates(origin) {
  const [ada, bob] = [await join(origin, "sleepy", "ada"), await join(origin, "sleepy", "bob")];
  send(ada, { id: "1", user: "ada", content: "good night" });
  assert.equal((await bob.inbox.next(({ type }) => type === "add")).sent, 1);
  let closes = 0;
  for (const { socket } of [ada, bob]) socket.addEventListener("close", () => closes++);
  await untilEvicted(async () => (await stateOf(origin, "sleepy")).starts > 1);
  send(ada, { to: "bob", content: "still there?" });
  assert.deepEqual(await bob.inbox.next(), { type: "whisper", sent: 2, content: "still there?" });
  assert.equal((await stateOf(origin, "sleepy")).connections, 2);
  assert.equal(closes, 0);
}

async function page(origin) {
  assert.match(await (await fetch(`${origin}/kitchen`)).text(), /<title>Chat<\/title>/);
}

async function conversation(origin) {
  const [ada, bob, eve] = [await join(origin, "kitchen", "ada"), await join(origin, "kitchen", "bob"), await join(origin, "kitchen", "eve")];
  assert.deepEqual(await bob.inbox.next(), { type: "all", room: "kitchen", messages: [] });
  send(ada, { id: "1", user: "ada", content: "tea?" });
  send(ada, { id: "1", user: "ada", content: "tea!" });
  assert.deepEqual(await bob.inbox.next(), { type: "add", sent: 1, id: "1", user: "ada", content: "tea?" });
  assert.deepEqual(await bob.inbox.next(), { type: "add", sent: 2, id: "1", user: "ada", content: "tea!" });
  send(eve, { to: "bob", content: "psst" });
  assert.deepEqual(await bob.inbox.next(), { type: "whisper", sent: 1, content: "psst" });
  send(bob, { id: "2", user: "bob", content: "coffee" });
  assert.equal((await ada.inbox.next(({ type }) => type === "add")).content, "coffee");
  assert.equal((await stateOf(origin, "kitchen")).connections, 3);
  eve.socket.close(4001, "bye");
  const left = await ada.inbox.next(({ type }) => type === "left");
  assert.deepEqual([left.id, left.code, left.reason], [eve.socket.id, 4001, "bye"]);
  assert.equal((await stateOf(origin, "kitchen")).connections, 2);
}

/** partysocket comes back under the same id, and sends what was said meanwhile. */
async function reconnecting(origin) {
  const [ada, bob] = [await join(origin, "train", "ada"), await join(origin, "train", "bob")];
  const gone = closed(ada.socket);
  ada.socket.reconnect();
  send(ada, { id: "1", user: "ada", content: "from the tunnel" });
  await gone;
  // The old connection and the new one may be two processes', one of which is faster.
  const heard = {};
  while (!heard.left || !heard.add) {
    const message = await bob.inbox.next(({ type }) => type === "left" || type === "add");
    heard[message.type] = message;
  }
  assert.equal(heard.left.id, ada.socket.id);
  assert.equal(heard.add.content, "from the tunnel");
}

async function refused(origin) {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/parties/chat/kitchen?user=mallory`);
  await closed(socket);
  assert.equal((await fetch(`${origin}/parties/nothing/kitchen`)).status, 400);
}

async function alarm(origin) {
  const ada = await join(origin, "kitchen", "ada");
  await fetch(`${origin}/parties/chat/kitchen`, { method: "POST" });
  assert.deepEqual(await ada.inbox.next(({ type }) => type === "alarm"), { type: "alarm", room: "kitchen" });
}

/** Many rooms, each with its own messages. */
async function rooms(origin) {
  await Promise.all(Array.from({ length: 20 }, async (_, number) => {
    const [one, two] = await Promise.all([join(origin, `room ${number}`, "one"), join(origin, `room ${number}`, "two")]);
    send(one, { id: "1", user: "one", content: `hello ${number}` });
    assert.equal((await two.inbox.next(({ type }) => type === "add")).content, `hello ${number}`);
  }));
}
