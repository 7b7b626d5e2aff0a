// R2: small objects, and one of 100 MB in and out.
export const name = "r2";

export const config = { r2_buckets: [{ binding: "BUCKET", bucket_name: "bench" }] };

export const worker = `
const small = "x".repeat(1000);
const megabyte = new Uint8Array(1 << 20).fill(7);
let next = 0;
async function content(writable) {
  const writer = writable.getWriter();
  for (let i = 0; i < 100; i++) await writer.write(megabyte.slice());
  await writer.close();
}
export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/fill": for (let i = 0; i < 500; i++) await env.BUCKET.put("key" + i, small); break;
      case "/get": return new Response(await (await env.BUCKET.get("key" + next++ % 500)).text());
      case "/head": return new Response(String((await env.BUCKET.head("key" + next++ % 500)).size));
      case "/put": await env.BUCKET.put(crypto.randomUUID(), small); break;
      case "/put-100mb": {
        const { readable, writable } = new FixedLengthStream(100 << 20);
        const writing = content(writable);
        await env.BUCKET.put("big", readable);
        await writing;
        break;
      }
      case "/get-100mb": {
        let bytes = 0;
        for await (const piece of (await env.BUCKET.get("big")).body) bytes += piece.byteLength;
        return new Response(String(bytes));
      }
      case "/big": return new Response((await env.BUCKET.get("big")).body);
    }
    return new Response("ok");
  },
};
`;

export const before = (client) => client.text("/fill");

// In MB a second, one after the other: the median of five.
async function throughput(client, path, expected) {
  const rates = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    const text = await client.text(path);
    if (text !== expected && text.length !== Number(expected)) throw new Error(`${path}: ${text.slice(0, 100)}`);
    rates.push(100 / ((performance.now() - began) / 1000));
  }
  return rates.sort((a, b) => a - b)[2];
}

export const measures = [
  { name: "get 1 KB, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/get", connections: 32 }) },
  { name: "head, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/head", connections: 32 }) },
  { name: "put 1 KB, 32 at a time (requests/s)", run: (client) => client.rate({ path: "/put", connections: 32 }) },
  { name: "put 1 KB, one at a time (requests/s)", run: (client) => client.rate({ path: "/put", connections: 1 }) },
  { name: "put 100 MB that the Worker makes (MB/s)", run: (client) => throughput(client, "/put-100mb", "ok") },
  { name: "get 100 MB, read by the Worker (MB/s)", run: (client) => throughput(client, "/get-100mb", `${100 << 20}`) },
  { name: "get 100 MB, passed on to the client (MB/s)", run: (client) => throughput(client, "/big", `${100 << 20}`) },
];
