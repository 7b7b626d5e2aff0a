import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/**
 * One GET, answered in full. An endpoint is {port} or {socketPath}, and {host} when the server routes by name.
 * The host goes out as given, which fetch() would not do.
 */
export function get(endpoint, { path = "/", headers = {}, reuse = true } = {}) {
  const { host, ...address } = endpoint;
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      ...address,
      path,
      headers: host ? { ...headers, host } : headers,
      agent: reuse ? agent : new Agent(),
      timeout: 10_000,
    };
    request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on("timeout", function () {
        this.destroy(new Error("no answer within 10 s"));
      })
      .on("error", reject)
      .end();
  });
}
