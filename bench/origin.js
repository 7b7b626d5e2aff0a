// bun origin.js PORT: what the proxy workloads fetch. Static routes, which Bun answers without running JavaScript, so
// that the origin is faster than anything in front of it.
const body = (size) =>
  new Response(new Uint8Array(size).fill(0x62), { headers: { "content-type": "application/octet-stream" } });

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  routes: { "/": new Response("ready"), "/1k": body(1024), "/1m": body(1024 * 1024) },
  fetch: () => new Response("no such path", { status: 404 }),
});
