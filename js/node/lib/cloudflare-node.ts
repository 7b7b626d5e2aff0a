// https://developers.cloudflare.com/workers/runtime-apis/nodejs/http/: Node.js' servers as handlers of a Worker.
import { Server, serverAt } from "lib:internal/http/server";

const portOf = (given: any): number => {
  const port = typeof given === "number" ? given : given?.port ?? (given instanceof Server ? given.address()?.port : undefined);
  if (typeof port !== "number") throw new TypeError("Failed to determine port for server: call listen() before httpServerHandler(), or give { port }");
  return port;
};

/** Answers a request with the server that listens on a port. */
export const handleAsNodeRequest = (given: any, request: any, env?: unknown, ctx?: unknown): Promise<any> => serverAt(portOf(given)).handle(request, env, ctx);

/** A module's default export: its `fetch` is the server that listens on the port. */
export function httpServerHandler(given: any, handlers: object = {}): object {
  if (given instanceof Server && !given.listening) given.listen(0);
  const port = portOf(given);
  return { ...handlers, fetch: (request: any, env: unknown, ctx: unknown): Promise<any> => handleAsNodeRequest(port, request, env, ctx) };
}

export default { handleAsNodeRequest, httpServerHandler };
