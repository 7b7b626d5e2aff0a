// KV: a value that is read again and again, many values, and writes of new pairs.
export const name = "kv";

export const config = { kv_namespaces: [{ binding: "KV", id: "bench" }] };

export const worker = `
const value = "x".repeat(1000);
let next = 0;
export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/fill": for (let i = 0; i < 1000; i++) await env.KV.put("key" + i, value); break;
      case "/get": return new Response(await env.KV.get("key7"));
      case "/any": return new Response(await env.KV.get("key" + next++ % 1000));
      case "/put": await env.KV.put(crypto.randomUUID(), value); break;
    }
    return new Response("ok");
  },
};
`;

export const before = (client) => client.text("/fill");

export const measures = [
  { name: "get one pair, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/get", connections: 32 }) },
  { name: "get of 1,000 pairs, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/any", connections: 32 }) },
  { name: "put, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/put", connections: 32 }) },
];
