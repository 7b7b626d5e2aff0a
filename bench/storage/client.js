// Requests over connections that stay open, without what an HTTP client does for others: the load must cost little beside the server.
import net from "node:net";

const seconds = Number(process.env.SECONDS ?? 5);

export class Client {
  #port;

  constructor(port) {
    this.#port = port;
  }

  async text(path) {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  }

  /** Requests per second, for some seconds after a warm-up. */
  async rate({ path, connections }) {
    await this.#load(path, connections, { until: performance.now() + 1000 });
    const began = performance.now();
    const done = await this.#load(path, connections, { until: began + seconds * 1000 });
    return done / ((performance.now() - began) / 1000);
  }

  /** So many requests. */
  times({ path, connections, count }) {
    return this.#load(path, connections, { count });
  }

  async #load(path, connections, { until = Infinity, count = Infinity }) {
    let left = count;
    let done = 0;
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\n\r\n`);
    await Promise.all(Array.from({ length: connections }, () => new Promise((resolve, reject) => {
      const socket = net.connect(this.#port, "127.0.0.1");
      let received = "";
      const next = () => {
        if (left-- <= 0 || performance.now() >= until) {
          socket.end();
          resolve();
        } else {
          socket.write(request);
        }
      };
      socket.setNoDelay(true);
      socket.on("connect", next);
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`${path}: the connection was closed`)));
      socket.on("data", (data) => {
        received += data.toString("latin1");
        const end = responseEnd(received);
        if (end < 0) return;
        if (!received.startsWith("HTTP/1.1 200")) {
          reject(new Error(`${path}: ${received}`));
          return;
        }
        received = received.slice(end);
        done++;
        next();
      });
    })));
    return done;
  }
}

function responseEnd(text) {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2));
  if (length !== null) return text.length >= head + 4 + Number(length[1]) ? head + 4 + Number(length[1]) : -1;
  const end = text.indexOf("0\r\n\r\n", head + 4);
  return end < 0 ? -1 : end + 5;
}
