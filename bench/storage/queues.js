// Throughput of a queue: single sends, batches of a hundred, and batches from their sending to the end of their handling.
export const name = "queues";

export const config = {
  queues: {
    producers: [{ binding: "Q", queue: "bench" }],
    consumers: [{ queue: "bench", max_batch_size: 100, max_batch_timeout: 0 }],
  },
};

export const worker = `
const body = { text: "x".repeat(100) };
const batch = Array.from({ length: 100 }, () => ({ body }));
export default {
  async fetch(request, env) {
    switch (new URL(request.url).pathname) {
      case "/send": await env.Q.send(body); break;
      case "/batch": await env.Q.sendBatch(batch); break;
      case "/left": return new Response(String((await env.Q.metrics()).backlogCount));
    }
    return new Response("ok");
  },
  queue(batch) {
    for (const message of batch.messages) if (message.body.text.length !== 100) throw new Error("not what was sent");
  },
};
`;

async function emptied(client) {
  while (await client.text("/left") !== "0") await new Promise((resolve) => setTimeout(resolve, 5));
}

export const measures = [
  {
    name: "send, 32 at a time (messages/s)",
    run: (client) => client.rate({ path: "/send", connections: 32 }),
    after: emptied,
  },
  {
    name: "sendBatch of 100, 8 at a time (messages/s)",
    run: async (client) => 100 * await client.rate({ path: "/batch", connections: 8 }),
    after: emptied,
  },
  {
    name: "20,000 messages, sent and handled (messages/s)",
    async run(client) {
      const began = performance.now();
      await client.times({ path: "/batch", connections: 8, count: 200 });
      await emptied(client);
      return 20_000 / ((performance.now() - began) / 1000);
    },
  },
];
