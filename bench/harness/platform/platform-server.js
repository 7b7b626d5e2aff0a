import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { compatibilityDate } from "../compatibility.js";
import { programs } from "../paths.js";
import { ServerProcess, freePort } from "../server-process.js";

/** `skep serve` with a data folder of its own, and the few calls of its API that a deployment takes. */
export class PlatformServer {
  static async start(directory, args = []) {
    const [port, control] = [await freePort(), await freePort()];
    const process = new ServerProcess({
      program: programs.skep,
      args: ["serve", "--data", join(directory, "data"), "--port", String(port), "--control-port", String(control), ...args],
      log: join(directory, "skep.log"),
    });
    return new PlatformServer(process, port, await announced(process));
  }

  #api;
  #token;

  constructor(process, port, { base, account, token }) {
    this.process = process;
    this.port = port;
    this.#api = `${base}/accounts/${account}/workers/scripts`;
    this.#token = token;
  }

  get pid() {
    return this.process.pid;
  }

  /** Uploads a script of one module and puts it into service; returns when the server says that it is. */
  async deploy(name, source) {
    const body = new FormData();
    const metadata = { main_module: "worker.js", compatibility_date: compatibilityDate, bindings: [] };
    body.set("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
    body.set("worker.js", new File([source], "worker.js", { type: "application/javascript+module" }));
    await this.#call(`/${name}`, { method: "PUT", body });
  }

  /** Lets it answer at its subdomain. */
  publish(name) {
    return this.#call(`/${name}/subdomain`, { method: "POST", body: JSON.stringify({ enabled: true }) });
  }

  stop() {
    return this.process.stop();
  }

  async #call(path, init) {
    const response = await fetch(this.#api + path, { ...init, headers: { authorization: `Bearer ${this.#token}` } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method} ${path}: ${response.status} ${text}`);
  }
}

/** What the first start prints for wrangler. */
async function announced(process) {
  for (let attempt = 0; attempt < 600; attempt++) {
    const output = process.output();
    const value = (name) => new RegExp(`${name}=(\\S+)`).exec(output)?.[1];
    const token = value("CLOUDFLARE_API_TOKEN");
    if (token !== undefined) return { base: value("CLOUDFLARE_API_BASE_URL"), account: value("CLOUDFLARE_ACCOUNT_ID"), token };
    await delay(50);
  }
  throw new Error(`skep serve printed no token\n${process.output()}`);
}
