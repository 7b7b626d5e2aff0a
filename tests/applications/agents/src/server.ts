import { getAgentByName, routeAgentRequest } from "agents";
import { createMcpHandler } from "agents/mcp/server";
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { RoomAgent } from "./room";
import { Tools } from "./tools";

export { Assistant } from "./assistant";
export { Board } from "./board";
export { Errand, Errands } from "./errands";
export { RoomAgent } from "./room";
export { Tools };

interface Env {
  RoomAgent: DurableObjectNamespace<RoomAgent>;
}

const sessions = Tools.serve("/tools", { binding: "Tools" });

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/tools")) return sessions.fetch(request, env, ctx);
    if (pathname === "/rooms") {
      return createMcpHandler(() => roomsServer(env), { route: "/rooms" })(request, env, ctx);
    }
    return (await routeAgentRequest(request, env)) ?? new Response("There is no such agent.", { status: 404 });
  },
};

// Without sessions: what it knows is in an agent.
function roomsServer(env: Env) {
  const server = new McpServer({ name: "rooms", version: "1.0.0" });
  server.registerTool(
    "say",
    { description: "Says something in a room", inputSchema: z.object({ room: z.string(), text: z.string() }) },
    async ({ room, text }) => {
      const agent = await getAgentByName(env.RoomAgent, room);
      return { content: [{ type: "text", text: `${await agent.say("a tool", text)} messages` }] };
    },
  );
  return server;
}
