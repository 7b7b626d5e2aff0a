import { setTimeout as delay } from "node:timers/promises";
import { memory } from "./process-tree.js";
import { bundleWorkers, freshDirectory } from "./scratch.js";
import { echoLength, open, textFrame } from "./socket.js";

// So many are opened at the same time: more than a listener's backlog would only be refused.
const openAtOnce = 64;

// Memory is read when nothing has happened for so long (ms): collectors have had their turn.
const settling = 4000;

/**
 * Many WebSockets that say nothing: what one more takes of the server's memory. All of them have to answer afterwards.
 * Answers {runtime: {count, private, resident} | {error}}.
 */
export async function measureIdle({ runtimes, count, say }) {
  const bundle = bundleWorkers(["ws-echo"]);
  const results = {};
  for (const [name, runtime] of Object.entries(runtimes)) {
    if (name === "node") continue;
    try {
      results[name] = await measureRuntime(name, runtime, bundle("ws-echo"), count);
      say(`ws-idle ${name}: ${(results[name].private / 1024).toFixed(1)} KB private for each of ${count} connections`);
    } catch (error) {
      results[name] = { error: error.message };
      say(`ws-idle ${name}: FAILED ${error.message}`);
    }
  }
  return results;
}

async function measureRuntime(name, runtime, workerFile, count) {
  const { server, endpoint } = await runtime.serve({ workerFile, directory: freshDirectory("idle", name) });
  const sockets = [];
  try {
    await server.ready(endpoint);
    sockets.push(await open(endpoint));
    await echo(sockets[0]);
    await delay(settling);
    const before = memory(server.pid);
    while (sockets.length <= count) {
      const missing = Math.min(openAtOnce, count + 1 - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: missing }, () => open(endpoint)))));
    }
    await delay(settling);
    const after = memory(server.pid);
    await Promise.all(sockets.map(echo));
    return { count, private: (after.private - before.private) / count, resident: (after.resident - before.resident) / count };
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  }
}

const frame = textFrame(126);

function echo(socket) {
  return new Promise((resolve, reject) => {
    let received = 0;
    const timeout = setTimeout(() => reject(new Error("an idle connection does not answer")), 20_000);
    socket.once("close", () => reject(new Error("an idle connection was closed")));
    socket.on("data", (data) => {
      received += data.length;
      if (received < echoLength(frame)) return;
      clearTimeout(timeout);
      resolve();
    });
    socket.write(frame);
  });
}
