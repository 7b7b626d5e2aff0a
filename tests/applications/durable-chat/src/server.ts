import { type Connection, type ConnectionContext, type WSMessage, Server, routePartykitRequest } from "partyserver";

interface Env {
  ASSETS: Fetcher;
  Chat: DurableObjectNamespace<Chat>;
}

type Message = { id: string; user: string; content: string };

/** A chat room that hibernates: its messages are in SQLite, who is there in the connections. */
export class Chat extends Server<Env> {
  static options = { hibernate: true };

  messages: Message[] = [];

  onStart() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, user TEXT NOT NULL, content TEXT NOT NULL)");
    sql.exec("CREATE TABLE IF NOT EXISTS starts (id INTEGER PRIMARY KEY)");
    sql.exec("INSERT INTO starts DEFAULT VALUES");
    this.messages = sql.exec<Message>("SELECT * FROM messages ORDER BY rowid").toArray();
  }

  getConnectionTags(_: Connection, { request }: ConnectionContext) {
    return [`user:${new URL(request.url).searchParams.get("user")}`];
  }

  onConnect(connection: Connection<{ sent: number }>) {
    connection.setState({ sent: 0 });
    connection.send(JSON.stringify({ type: "all", room: this.name, messages: this.messages }));
  }

  onMessage(connection: Connection<{ sent: number }>, data: WSMessage) {
    const message: Message & { to?: string } = JSON.parse(data as string);
    const sent = connection.setState((state) => ({ sent: (state?.sent ?? 0) + 1 }))!.sent;
    if (message.to !== undefined) {
      for (const each of this.getConnections(`user:${message.to}`)) each.send(JSON.stringify({ type: "whisper", sent, content: message.content }));
      return;
    }
    this.messages = [...this.messages.filter(({ id }) => id !== message.id), message];
    this.ctx.storage.sql.exec(
      "INSERT INTO messages VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content", message.id, message.user, message.content);
    this.broadcast(JSON.stringify({ type: "add", sent, ...message }), [connection.id]);
  }

  onClose(connection: Connection, code: number, reason: string) {
    this.broadcast(JSON.stringify({ type: "left", id: connection.id, code, reason }));
  }

  async onRequest(request: Request) {
    if (request.method === "POST") await this.ctx.storage.setAlarm(Date.now());
    const [{ starts }] = this.ctx.storage.sql.exec<{ starts: number }>("SELECT count(*) AS starts FROM starts").toArray();
    return Response.json({ starts, connections: [...this.getConnections()].length });
  }

  onAlarm() {
    this.broadcast(JSON.stringify({ type: "alarm", room: this.name }));
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const answer = await routePartykitRequest(request, { ...env }, {
      onBeforeConnect: (incoming) => (new URL(incoming.url).searchParams.get("user") === "mallory" ? new Response("Go away", { status: 403 }) : undefined),
    });
    return answer ?? env.ASSETS.fetch(request);
  },
};
