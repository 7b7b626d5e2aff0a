import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpAgent } from "agents/mcp";
import { z } from "zod";

/** A session of an MCP client, with a sum of its own. */
export class Tools extends McpAgent<unknown, { sum: number }> {
  initialState = { sum: 0 };
  server = new McpServer({ name: "sums", version: "1.0.0" });

  async init() {
    this.server.registerTool("add", { description: "Adds to the sum", inputSchema: { amount: z.number() } }, async ({ amount }) => {
      this.setState({ sum: this.state.sum + amount });
      return { content: [{ type: "text", text: String(this.state.sum) }] };
    });
    this.server.registerResource("sum", "sum://current", {}, (uri) => ({ contents: [{ uri: uri.href, text: String(this.state.sum) }] }));
  }
}
