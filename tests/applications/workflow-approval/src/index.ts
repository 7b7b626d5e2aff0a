import type { Approval } from "./approval";
import type { Status } from "./status";

export { Approval } from "./approval";
export { Status } from "./status";

export interface Env {
  APPROVAL: Workflow<{ amount: number }>;
  STATUS: DurableObjectNamespace<Status>;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    const [, route, id] = url.pathname.split("/");
    switch (`${request.method} ${route}`) {
      case "POST start": {
        const instance = await env.APPROVAL.create({ params: await request.json() });
        return Response.json({ id: instance.id });
      }
      case "GET status":
        return Response.json(await (await env.APPROVAL.get(id)).status());
      case "POST event": {
        const instance = await env.APPROVAL.get(id);
        await instance.sendEvent({ type: "decision", payload: await request.json() });
        return Response.json({ sent: true });
      }
      case "GET ws":
        if (request.headers.get("Upgrade") !== "websocket") return new Response("A WebSocket is expected.", { status: 426 });
        return env.STATUS.get(env.STATUS.idFromName(id)).fetch(request);
      default:
        return Response.json({ error: "Not found" }, { status: 404 });
    }
  },
};
