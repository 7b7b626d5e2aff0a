import { Agent, callable, type Connection, type ConnectionContext, type StreamingResponse, type WSMessage } from "agents";
import type { Tools } from "./tools";

interface RoomState {
  topic: string;
  messages: number;
}

interface Said {
  who: string;
  text: string;
}

/** A chat room whose topic all clients share and may change. */
export class RoomAgent extends Agent<{ Tools: DurableObjectNamespace<Tools> }, RoomState> {
  initialState: RoomState = { topic: "anything", messages: 0 };

  onStart() {
    this.sql`CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, who TEXT NOT NULL, text TEXT NOT NULL)`;
    this.sql`CREATE TABLE IF NOT EXISTS starts (id INTEGER PRIMARY KEY)`;
    this.sql`INSERT INTO starts DEFAULT VALUES`;
  }

  onConnect(connection: Connection<{ who: string }>, { request }: ConnectionContext) {
    const who = new URL(request.url).searchParams.get("who") ?? "somebody";
    connection.setState({ who });
    connection.send(JSON.stringify({ type: "history", said: this.history() }));
    this.broadcast(JSON.stringify({ type: "joined", who }), [connection.id]);
  }

  onMessage(connection: Connection<{ who: string }>, message: WSMessage) {
    this.say(connection.state!.who, String(message));
  }

  onClose(connection: Connection<{ who: string }>) {
    this.broadcast(JSON.stringify({ type: "left", who: connection.state!.who }));
  }

  shouldConnectionBeReadonly(_: Connection, { request }: ConnectionContext) {
    return new URL(request.url).searchParams.has("readonly");
  }

  validateStateChange(next: RoomState) {
    if (next.topic === "") throw new Error("A topic has a name.");
  }

  async onRequest() {
    return Response.json({ room: this.name, ...this.state, said: this.history(), starts: this.starts() });
  }

  say(who: string, text: string): number {
    this.sql`INSERT INTO said (who, text) VALUES (${who}, ${text})`;
    this.setState({ ...this.state, messages: this.state.messages + 1 });
    this.broadcast(JSON.stringify({ type: "said", who, text }));
    return this.state.messages;
  }

  @callable()
  history(): Said[] {
    return this.sql<Said & Record<string, string>>`SELECT who, text FROM said ORDER BY id`;
  }

  @callable()
  starts(): number {
    return this.sql<{ count: number }>`SELECT count(*) AS count FROM starts`[0].count;
  }

  @callable({ streaming: true })
  async recite(stream: StreamingResponse) {
    for (const { text } of this.history()) stream.send(text);
    stream.end({ end: true });
  }

  @callable()
  fail() {
    throw new TypeError("on purpose");
  }

  @callable()
  async remind(text: string) {
    await this.schedule(new Date(Date.now() - 1), "onReminder", { text });
    const daily = await this.schedule("0 8 * * *", "onReminder", { text: "every morning" });
    return (await this.listSchedules()).filter(({ id }) => id === daily.id).map(({ type, callback }) => ({ type, callback }));
  }

  @callable()
  async later(texts: string[]) {
    for (const text of texts) await this.queue("onQueued", text);
  }

  /** As a client of an MCP server that is another object of the Worker. */
  @callable()
  async sum(...amounts: number[]) {
    const { id } = await this.addMcpServer("sums", this.env.Tools);
    let result;
    for (const amount of amounts) result = await this.mcp.callTool({ serverId: id, name: "add", arguments: { amount } });
    await this.removeMcpServer(id);
    return result;
  }

  onReminder({ text }: { text: string }) {
    this.say("the clock", text);
  }

  onQueued(text: string) {
    this.say("the queue", text);
  }
}
