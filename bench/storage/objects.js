// Durable Objects: increments that are stored before they are answered, on one object and on many, and what one client says to a thousand others whose
// connections hibernate.
export const name = "objects";

const objects = 10_000;
const listeners = 1_000;
const seconds = Number(process.env.SECONDS ?? 5);

export const config = {
  durable_objects: { bindings: [{ name: "COUNTER", class_name: "Counter" }, { name: "ROOM", class_name: "Room" }] },
  migrations: [{ tag: "v1", new_sqlite_classes: ["Counter", "Room"] }],
};

export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async increment() {
    const n = (await this.ctx.storage.get("n") ?? 0) + 1;
    await this.ctx.storage.put("n", n);
    return n;
  }
}
export class Room extends DurableObject {
  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, text) { for (const each of this.ctx.getWebSockets()) each.send(text) }
}
let turn = 0;
export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/hot": return new Response(String(await env.COUNTER.getByName("hot").increment()));
      case "/many": return new Response(String(await env.COUNTER.getByName(String(turn++ % ${objects})).increment()));
      case "/port": return new Response(new URL(request.url).port);
      case "/room": return env.ROOM.getByName("room").fetch(request);
      default: return new Response("ok");
    }
  },
};
`;

export const measures = [
  { name: "increments of one object, 32 at a time (1/s)", run: (client) => client.rate({ path: "/hot", connections: 32 }) },
  { name: "increments of 10,000 objects, 32 at a time (1/s)", run: (client) => client.rate({ path: "/many", connections: 32 }) },
  { name: "broadcast to 1,000 hibernating clients (messages received/s)", run: broadcast },
];

async function broadcast(client) {
  const url = `ws://127.0.0.1:${await client.text("/port")}/room`;
  let received = 0;
  let told;
  const sockets = [];
  const connect = () => new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener("open", () => resolve(socket));
    socket.addEventListener("error", () => reject(new Error("a WebSocket was refused")));
    socket.addEventListener("message", () => {
      if (++received % listeners === 0) told();
    });
  });
  // A few at a time, so that no queue of connections overflows.
  while (sockets.length < listeners) sockets.push(...await Promise.all(Array.from({ length: 50 }, connect)));
  const round = () => new Promise((resolve) => {
    told = resolve;
    sockets[0].send("x".repeat(100));
  });
  await round();
  const began = performance.now();
  let rounds = 0;
  for (; performance.now() - began < seconds * 1000; rounds++) await round();
  const rate = rounds * listeners / ((performance.now() - began) / 1000);
  for (const socket of sockets) socket.close();
  return rate;
}
