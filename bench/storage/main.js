// Each service is a file beside this one: its configuration, its Worker, and what is measured.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Client } from "./client.js";
import { freePort, servers, start } from "./servers.js";

const parts = new Set(["client.js", "main.js", "servers.js"]);
const all = (await readdir(import.meta.dirname)).filter((file) => file.endsWith(".js") && !parts.has(file)).map((file) => path.basename(file, ".js"));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all.sort();
const rows = [];

for (const name of wanted) {
  const service = await import(`./${name}.js`);
  const results = {};
  for (const [server, command] of Object.entries(servers)) results[server] = await measure(service, command);
  for (const { name: measured } of service.measures) rows.push({ service: name, measure: measured, skep: results.skep[measured], miniflare: results.miniflare[measured] });
}

const number = (value) => Math.round(value).toLocaleString("en-US");
const lines = [
  "| service | measure | skep | miniflare | ratio |",
  "| --- | --- | ---: | ---: | ---: |",
  ...rows.map((row) => `| ${row.service} | ${row.measure} | ${number(row.skep)} | ${number(row.miniflare)} | ${(row.skep / row.miniflare).toFixed(1)}x |`),
];
console.log(lines.join("\n"));
if (process.env.RESULTS) await writeFile(process.env.RESULTS, `${JSON.stringify({ cores: os.availableParallelism(), date: new Date().toISOString(), rows }, undefined, 2)}\n`);
if (rows.some((row) => row.skep < row.miniflare)) process.exitCode = 1;

async function measure(service, command) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "skep-bench-"));
  await writeFile(path.join(folder, "index.js"), service.worker);
  await writeFile(path.join(folder, "wrangler.json"), JSON.stringify({ name: `bench-${service.name}`, main: "index.js", compatibility_date: "2026-09-01", ...service.config }));
  const port = await freePort();
  const server = await start(command(folder, port), port);
  try {
    const client = new Client(port);
    await service.before?.(client);
    const results = {};
    for (const { name, run, after } of service.measures) {
      results[name] = await run(client);
      await after?.(client);
    }
    return results;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
