// Passes the request on to the origin, and its answer back with one header more.
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const response = await fetch(env.ORIGIN + pathname, { headers: { accept: request.headers.get("accept") ?? "*/*" } });
    const result = new Response(response.body, response);
    result.headers.set("x-proxied-by", "bench");
    return result;
  },
};
