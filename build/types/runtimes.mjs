// Runs the probing worker in a runtime and asks it about the items.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const probe = new URL("probe.js", import.meta.url).pathname;

export function askSkep(program, settings, items) {
  return ask(items, async (folder, port) => {
    mkdirSync(join(folder, "probe"));
    copyFileSync(probe, join(folder, "probe", "index.js"));
    const config = { name: "probe", main: "index.js", no_bundle: true, compatibility_date: settings.date, compatibility_flags: settings.flags };
    writeFileSync(join(folder, "probe", "wrangler.json"), JSON.stringify(config));
    return spawn(program, ["serve", "--workers", folder, "--port", `${port}`], { stdio: "ignore" });
  });
}

export function askWorkerd(program, settings, items) {
  return ask(items, async (folder, port) => {
    copyFileSync(probe, join(folder, "probe.js"));
    writeFileSync(join(folder, "config.capnp"), `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "probe", worker = (modules = [(name = "probe", esModule = embed "probe.js")],
    compatibilityDate = "${settings.date}", compatibilityFlags = ${JSON.stringify(settings.flags)}))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "probe")]);
`);
    return spawn(program, ["serve", "config.capnp"], { cwd: folder, stdio: "ignore" });
  });
}

async function ask(items, start) {
  const folder = mkdtempSync(join(tmpdir(), "skep-types-"));
  const port = await freePort();
  const runtime = await start(folder, port);
  const ended = new Promise((resolve) => runtime.on("exit", resolve));
  const patience = Date.now() + 60_000;
  try {
    for (;;) {
      const { status, text } = await post(port, JSON.stringify(items));
      if (status === 200) return JSON.parse(text);
      if (status !== 0) throw new Error(`The probe failed: ${status} ${text}`);
      if (runtime.exitCode !== null) throw new Error(`${runtime.spawnfile} ended before it answered.`);
      if (Date.now() > patience) throw new Error(`${runtime.spawnfile} does not answer: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    runtime.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/** The answer; the status is 0 when there was none. */
function post(port, body) {
  return new Promise((resolve) => {
    const failed = (error) => resolve({ status: 0, text: String(error) });
    const sent = request({ host: "127.0.0.1", port, method: "POST", headers: { host: "probe.localhost" } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk)).on("error", failed);
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.on("error", failed).end(body);
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
