import { DurableObject } from "cloudflare:workers";

const mostKept = 100;

/** One chat room: its members' WebSockets, and what was said last. It sleeps while nobody talks; the WebSockets stay open. */
export class Room extends DurableObject {
  #sql;

  constructor(ctx, env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, sender TEXT NOT NULL, text TEXT NOT NULL)");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** `GET /rooms/NAME/socket?as=SENDER`: joins. */
  fetch(request) {
    const sender = new URL(request.url).searchParams.get("as") ?? "somebody";
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server, [sender]);
    server.serializeAttachment({ sender });
    for (const message of this.history()) server.send(JSON.stringify(message));
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, text) {
    if (typeof text === "string") this.say(socket.deserializeAttachment().sender, text);
  }

  webSocketClose(socket, code) {
    // 1005 stands for no code at all, which cannot be sent.
    socket.close(code === 1005 ? 1000 : code, "Good bye.");
  }

  /** Keeps a message and tells everybody. What was told is stored: messages wait for the disk. */
  say(sender, text) {
    const message = { sender, text: text.slice(0, 1000) };
    this.#sql.exec("INSERT INTO message (sender, text) VALUES (?, ?)", message.sender, message.text);
    this.#sql.exec("DELETE FROM message WHERE id <= (SELECT max(id) FROM message) - ?", mostKept);
    for (const member of this.ctx.getWebSockets()) member.send(JSON.stringify(message));
    return message;
  }

  history() {
    return this.#sql.exec("SELECT sender, text FROM message ORDER BY id").toArray();
  }

  members() {
    return this.ctx.getWebSockets().map((socket) => socket.deserializeAttachment().sender).sort();
  }

  /** The room is emptied, soon. */
  async closeIn(milliseconds) {
    await this.ctx.storage.setAlarm(Date.now() + milliseconds);
  }

  alarm() {
    this.#sql.exec("DELETE FROM message");
    for (const member of this.ctx.getWebSockets()) member.close(1000, "The room was closed.");
  }
}

export default {
  async fetch(request, env) {
    const [, rooms, name, what] = new URL(request.url).pathname.split("/");
    if (rooms !== "rooms" || !name) return new Response("Try /rooms/lobby/messages\n", { status: 404 });
    const room = env.ROOMS.getByName(name);
    switch (`${request.method} ${what}`) {
      case "GET socket":
        return request.headers.get("upgrade") === "websocket" ? room.fetch(request) : new Response("This is a WebSocket.\n", { status: 426 });
      case "GET messages":
        return Response.json(await room.history());
      case "POST messages": {
        const { sender, text } = await request.json();
        if (typeof sender !== "string" || typeof text !== "string") return Response.json({ error: "sender and text must be strings" }, { status: 400 });
        return Response.json(await room.say(sender, text), { status: 201 });
      }
      case "GET members":
        return Response.json(await room.members());
      case "DELETE messages":
        await room.closeIn(0);
        return new Response(null, { status: 202 });
      default:
        return new Response("Not found\n", { status: 404 });
    }
  },
};
