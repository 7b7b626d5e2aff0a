// bun adapters/bun.js WORKER PORT
const [workerFile, port] = process.argv.slice(2);
const { default: worker } = await import(workerFile);
const env = { ...process.env };
const context = { waitUntil() {}, passThroughOnException() {}, server: undefined };

context.server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch: (request) => worker.fetch(request, env, context),
  ...(worker.websocket && { websocket: worker.websocket }),
});
