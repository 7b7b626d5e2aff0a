import { DurableObject } from "cloudflare:workers";

/** Where a Workflow is, for whoever watches. */
export class Status extends DurableObject {
  private steps: Record<string, string> = {};

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      this.steps = (await ctx.storage.get("steps")) ?? {};
    });
  }

  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.send(JSON.stringify(this.steps));
    return new Response(null, { status: 101, webSocket: client });
  }

  async update(name: string, state: string): Promise<void> {
    this.steps[name] = state;
    await this.ctx.storage.put("steps", this.steps);
    for (const socket of this.ctx.getWebSockets()) socket.send(JSON.stringify(this.steps));
  }

  async attempt(): Promise<number> {
    const attempts = ((await this.ctx.storage.get<number>("attempts")) ?? 0) + 1;
    await this.ctx.storage.put("attempts", attempts);
    return attempts;
  }

  webSocketMessage(socket: WebSocket) {
    socket.send(JSON.stringify(this.steps));
  }

  webSocketClose(socket: WebSocket, code: number, reason: string) {
    socket.close(code, reason);
  }
}
