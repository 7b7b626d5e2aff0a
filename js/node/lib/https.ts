// https://nodejs.org/api/https.html: certificates and their checks are the host's.
import http from "lib:http";
import { HttpsAgent } from "lib:internal/http/agent";
import { ClientRequest } from "lib:internal/http/client";

const defaults = { protocol: "https:", agent: new HttpsAgent({ keepAlive: true, scheduling: "lifo", timeout: 5000 }) };
const request = (input: any, options?: any, callback?: any): any => new ClientRequest(input, options, callback, defaults);
function get(input: any, options?: any, callback?: any): any {
  const made = request(input, options, callback);
  made.end();
  return made;
}

export default { Agent: HttpsAgent, globalAgent: defaults.agent, Server: http.Server, createServer: http.createServer, request, get };
