import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { AgentClient, agentFetch } from "agents/client";
import { WebSocketChatTransport } from "agents/chat/transport";
import { Inbox, checks, closed, eventually, json, untilEvicted } from "../client.mjs";

/** A client of an agent, once it knows who it is talking to. With its own patience of four seconds it would connect again on a busy
 * machine, and what `ready` was before that is never fulfilled. */
async function connect(origin, agent, name, options = {}) {
  const client = new AgentClient({ agent, name, host: new URL(origin).host, protocol: "ws", connectionTimeout: 60_000, ...options });
  const inbox = new Inbox(client);
  await client.ready;
  return { client, inbox };
}

export async function first(origin) {
  await checks(origin, room, readonly, rpcSession, board, errands, walk, tasks, sessions, toolUse, stateless, chat);
}

/** Everything that was said is there after the server began anew. */
export async function again(origin) {
  const { said, topic } = await json(`${origin}/agents/room-agent/tea`);
  assert.deepEqual(said, [{ who: "Ada", text: "milk?" }, { who: "Bob", text: "lemon" }, { who: "a tool", text: "hot" }]);
  assert.equal(topic, "biscuits");
  const ada = await connect(origin, "RoomAgent", "tea", { query: { who: "Ada" } });
  assert.equal(ada.client.state.topic, "biscuits");
  const walker = await connect(origin, "Errands", "walker");
  assert.deepEqual((await walker.inbox.next(({ type, state }) => type === "cf_agent_state" && state.done.length > 0)).state, { done: ["walk from the bridge"] });
  const messages = await json(`${origin}/agents/assistant/desk/get-messages`);
  assert.deepEqual(messages.map(({ role }) => role), ["user", "assistant", "user", "assistant"]);
}

/** The object is evicted while its sockets stay; what they are and know is there when a message wakes it. */
export async function hibernates(origin) {
  const ada = await connect(origin, "RoomAgent", "sleepy", { query: { who: "Ada" } });
  const bob = await connect(origin, "RoomAgent", "sleepy", { query: { who: "Bob" } });
  let closes = 0;
  for (const { client } of [ada, bob]) client.addEventListener("close", () => closes++);
  assert.equal(await ada.client.call("starts"), 1);
  await untilEvicted(async () => (await ada.client.call("starts")) > 1);
  bob.client.send("good morning");
  await ada.inbox.next(({ type, state }) => type === "cf_agent_state" && state.messages === 1);
  assert.deepEqual(await ada.inbox.next(({ type }) => type === "said"), { type: "said", who: "Bob", text: "good morning" });
  assert.equal(closes, 0);
}

/** Worker processes die meanwhile: clients come back by themselves, and what was accepted is carried out. */
export async function survives(origin) {
  const clients = await Promise.all(Array.from({ length: 4 }, (_, number) =>
    connect(origin, "RoomAgent", `survivor ${number}`, { minReconnectionDelay: 50, maxReconnectionDelay: 200 })));
  console.log("connected");
  await Promise.all(clients.map(async ({ client }) => {
    let closes = 0;
    client.addEventListener("close", () => closes++);
    const accepted = [];
    for (let calls = 0, after = 0; after < 20; calls++) {
      const text = `${calls}`;
      if (await answered(client, "later", [text])) {
        accepted.push(text);
        if (closes > 0) after++;
      }
    }
    await eventually(async () => (await answered(client, "history")) ?? [], (said) => accepted.every((text) => said.some((each) => each.text === text)));
  }));
}

/** What a method returns; undefined when the connection is lost before it has answered. */
async function answered(client, method, ...given) {
  const settled = new AbortController();
  const lost = once(client, "close", { signal: settled.signal }).then(() => undefined, () => undefined);
  const result = client.call(method, given).then((value) => value ?? true, () => setTimeout(20));
  try {
    return await Promise.race([result, lost]);
  } finally {
    settled.abort();
  }
}

async function room(origin) {
  const states = [];
  const ada = await connect(origin, "RoomAgent", "tea", { query: { who: "Ada" }, onStateUpdate: (state, source) => states.push([source, state.topic]) });
  assert.deepEqual(await ada.inbox.next(({ type }) => type === "history"), { type: "history", said: [] });
  assert.equal(ada.client.name, "tea");
  assert.deepEqual(ada.client.state, { topic: "anything", messages: 0 });
  const bob = await connect(origin, "RoomAgent", "tea", { query: { who: "Bob" } });
  await ada.inbox.next(({ type, who }) => type === "joined" && who === "Bob");

  ada.client.send("milk?");
  assert.equal((await bob.inbox.next(({ type }) => type === "said")).text, "milk?");
  bob.client.send("lemon");
  assert.equal((await ada.inbox.next(({ type, who }) => type === "said" && who === "Bob")).text, "lemon");

  await bob.inbox.next(({ type, state }) => type === "cf_agent_state" && state.messages === 2);
  bob.client.setState({ ...bob.client.state, topic: "biscuits" });
  await ada.inbox.next(({ type, state }) => type === "cf_agent_state" && state.topic === "biscuits");
  assert.deepEqual(ada.client.state, { topic: "biscuits", messages: 2 });
  assert.deepEqual(states.at(-1), ["server", "biscuits"]);

  assert.deepEqual(await ada.client.stub.history(), [{ who: "Ada", text: "milk?" }, { who: "Bob", text: "lemon" }]);
  await assert.rejects(ada.client.call("fail"), /on purpose/);
  await assert.rejects(ada.client.call("say", ["Ada", "not callable"]), /not callable|not found|callable/i);
  const chunks = [];
  const end = await ada.client.call("recite", [], { stream: { onChunk: (chunk) => chunks.push(chunk) } });
  assert.deepEqual([chunks, end], [["milk?", "lemon"], { end: true }]);

  const asked = await agentFetch({ agent: "RoomAgent", name: "tea", host: new URL(origin).host, protocol: "http" });
  assert.deepEqual({ ...(await asked.json()), starts: undefined }, { room: "tea", topic: "biscuits", messages: 2, said: await ada.client.stub.history(), starts: undefined });
  assert.equal((await fetch(`${origin}/agents/nobody/tea`)).status, 400);

  bob.client.close();
  await ada.inbox.next(({ type, who }) => type === "left" && who === "Bob");
  const gone = closed(ada.client);
  ada.client.close();
  await gone;
}

async function readonly(origin) {
  const { client } = await connect(origin, "RoomAgent", "library", { query: { who: "Eve", readonly: "" }, onStateUpdateError: (error) => refusals.push(error) });
  const refusals = [];
  client.setState({ topic: "noise", messages: 0 });
  await eventually(() => client.call("starts"), () => refusals.length > 0);
  assert.match(refusals[0], /readonly/i);
  const { client: writer, inbox } = await connect(origin, "RoomAgent", "library");
  writer.setState({ topic: "", messages: 0 });
  await inbox.next(({ type }) => type === "cf_agent_state_error");
  assert.equal((await json(`${origin}/agents/room-agent/library`)).topic, "anything");
}

/** The same over a Cap'n Web session, for which the object stays in memory. */
async function rpcSession(origin) {
  const { client, inbox } = await connect(origin, "RoomAgent", "session", { query: { who: "Ada" }, transport: "capnweb" });
  const { client: bob } = await connect(origin, "RoomAgent", "session", { query: { who: "Bob" } });
  client.send("over there?");
  assert.equal((await inbox.next(({ type }) => type === "said")).text, "over there?");
  await assert.rejects(client.call("history"), /'history' is not a function/);
  bob.setState({ topic: "wires", messages: 1 });
  await inbox.next(({ type, state }) => type === "cf_agent_state" && state.topic === "wires");
  const gone = closed(client);
  client.close();
  await gone;
}

/** Capabilities of the agents package without an agent: calls that return objects and streams. */
async function board(origin) {
  const { client } = await connect(origin, "Board", "kitchen", { transport: "capnweb" });
  const { client: watching, inbox } = await connect(origin, "Board", "kitchen");
  const note = await client.call("pin", ["buy milk"]);
  assert.equal(await note.length(), 8);
  await inbox.next(({ type, state }) => type === "cf_agent_state" && state.notes.length === 1);
  await watching.call("pin", ["sleep"]).catch(() => {});
  const notes = [];
  for await (const text of await client.call("all")) notes.push(text);
  assert.equal(notes[0], "buy milk");
}

/** A Workflow that belongs to an agent, asks whoever is connected, and reports. */
async function errands(origin) {
  const { client, inbox } = await connect(origin, "Errands", "ada");
  const progress = ({ type }) => type === "progress";
  const id = await client.stub.run("tea");
  assert.deepEqual(await inbox.next(progress), { type: "progress", id, progress: { step: "price", status: "complete", percent: 0.5, cost: 3 } });
  await client.stub.allow(id);
  assert.deepEqual(await inbox.next(({ type }) => type === "complete"), { type: "complete", id, result: { cost: 3, by: "Ada" } });
  assert.deepEqual(client.state, { done: ["tea"] });
  const other = await client.stub.run("a horse");
  await inbox.next(progress);
  await client.stub.refuse(other);
  const { error } = await inbox.next(({ type }) => type === "error");
  assert.match(error, /too expensive/);
}

/** What the agent is at when the server goes down. */
async function walk(origin) {
  const { client, inbox } = await connect(origin, "Errands", "walker");
  await Promise.all([inbox.next(({ type }) => type === "walking"), client.stub.walk()]);
}

/** What the agent does later, by its alarm. */
async function tasks(origin) {
  const { client, inbox } = await connect(origin, "RoomAgent", "tasks");
  assert.deepEqual(await client.stub.remind("tea time"), [{ type: "cron", callback: "onReminder" }]);
  assert.equal((await inbox.next(({ type, who }) => type === "said" && who === "the clock")).text, "tea time");
  await client.stub.later(["one", "two", "three"]);
  for (const text of ["one", "two", "three"]) {
    assert.equal((await inbox.next(({ type, who }) => type === "said" && who === "the queue")).text, text);
  }
}

/** The Model Context Protocol with a Durable Object for each session. */
async function sessions(origin) {
  const sums = await Promise.all([1, 2].map(async (amount) => {
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/tools`)));
    assert.deepEqual((await client.listTools()).tools.map(({ name }) => name), ["add"]);
    for (let i = 0; i < 3; i++) await client.callTool({ name: "add", arguments: { amount } });
    const { contents } = await client.readResource({ uri: "sum://current" });
    await client.close();
    return contents[0].text;
  }));
  assert.deepEqual(sums, ["3", "6"]);
}

/** The agent is the client. */
async function toolUse(origin) {
  const { client } = await connect(origin, "RoomAgent", "office");
  assert.deepEqual((await client.stub.sum(1, 2, 3)).content, [{ type: "text", text: "6" }]);
}

async function stateless(origin) {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/rooms`)));
  const { content } = await client.callTool({ name: "say", arguments: { room: "tea", text: "hot" } });
  assert.deepEqual(content, [{ type: "text", text: "3 messages" }]);
  await client.close();
}

/** A chat with the model, as useAgentChat has it, without React. */
async function chat(origin) {
  const { client } = await connect(origin, "Assistant", "desk");
  const watching = await connect(origin, "Assistant", "desk");
  const transport = new WebSocketChatTransport({ agent: client });
  const messages = [];
  for (const text of ["Hi", "And?"]) {
    messages.push({ id: `${text}-1`, role: "user", parts: [{ type: "text", text }] });
    let answer = "";
    for await (const chunk of await transport.sendMessages({ chatId: "desk", messages, trigger: "submit-message" })) {
      if (chunk.type === "text-delta") answer += chunk.delta;
    }
    assert.equal(answer, "Hello");
    const kept = await watching.inbox.next(({ type, messages: all }) => type === "cf_agent_chat_messages" && all.at(-1).role === "assistant" && all.length > messages.length);
    messages.splice(0, messages.length, ...kept.messages);
  }
}
