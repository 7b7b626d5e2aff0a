// deno run --allow-all adapters/deno.js WORKER PORT
const [workerFile, port] = Deno.args;
const { default: worker } = await import(new URL(`file://${workerFile}`).href);
const env = Deno.env.toObject();
const context = { waitUntil() {}, passThroughOnException() {} };

Deno.serve(
  { hostname: "127.0.0.1", port: Number(port), onListen() {} },
  (request) => worker.fetch(request, env, context),
);
