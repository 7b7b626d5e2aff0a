interface Env {
  DB: D1Database;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "GET /": {
        const { results } = await env.DB.prepare("SELECT * FROM comments LIMIT 3").all();
        return new Response(`<pre>${JSON.stringify(results, null, 2)}</pre>`, { headers: { "content-type": "text/html" } });
      }
      case "GET /orders":
      case "POST /orders":
        return orders(request, env);
      default:
        return new Response("Not found", { status: 404 });
    }
  },
};

/** With a session, which goes on where the client's last one was. */
async function orders(request: Request, env: Env): Promise<Response> {
  const session = env.DB.withSession(request.headers.get("x-d1-bookmark") ?? "first-unconstrained");
  try {
    if (request.method === "POST") {
      const { customer, id, quantity } = await request.json<{ customer: string; id: string; quantity: number }>();
      await session.prepare("INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT DO NOTHING").bind(customer, id, quantity).run();
    }
    const { results, meta } = await session.prepare("SELECT * FROM orders").all();
    return Response.json({ results, primary: meta.served_by_primary }, { headers: { "x-d1-bookmark": session.getBookmark() ?? "" } });
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 500 });
  }
}
