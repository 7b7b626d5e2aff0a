// node adapters/node.js WORKER PORT: serves a module worker with Node's own HTTP server.
import { serve } from "@hono/node-server";
import { pathToFileURL } from "node:url";

const [workerFile, port] = process.argv.slice(2);
const { default: worker } = await import(pathToFileURL(workerFile).href);
const env = { ...process.env };
const context = { waitUntil() {}, passThroughOnException() {} };

serve({ fetch: (request) => worker.fetch(request, env, context), hostname: "127.0.0.1", port: Number(port) });
