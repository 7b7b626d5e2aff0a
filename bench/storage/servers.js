// The same project behind `skep dev` and behind miniflare (`wrangler dev`).
import { spawn } from "node:child_process";
import net from "node:net";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const wrangler = path.join(root, "artifacts/wrangler/node_modules/wrangler/bin/wrangler.js");

export const servers = {
  skep: (folder, port) => [path.join(root, "skep"), ["dev", "--port", `${port}`, "--log-level", "error"], folder],
  miniflare: (folder, port) => [process.execPath, [wrangler, "dev", "--port", `${port}`, "--ip", "127.0.0.1", "--log-level", "error", "--show-interactive-dev-session=false"], folder],
};

export async function start([command, args, cwd], port) {
  const server = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "1", WRANGLER_HIDE_BANNER: "true", WRANGLER_SEND_METRICS: "false" },
  });
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => { output = (output + data).slice(-4000); });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const stop = async () => {
    process.kill(-server.pid, "SIGTERM");
    const late = setTimeout(() => process.kill(-server.pid, "SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
  };
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null) throw new Error(`${command} ended:\n${output}`);
    if (await answers(port)) return { stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${command} does not answer:\n${output}`);
}

async function answers(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/`)).ok;
  } catch {
    return false;
  }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
