// node adapters/node-plain.js WORKER PORT: the smallest Node server, for the start and the memory of a Node process. It
// does not run the worker (Node loads its Request and Response on first use, some 40 ms); it answers with its name.
import { createServer } from "node:http";
import { basename } from "node:path";

const [workerFile, port] = process.argv.slice(2);
const name = basename(workerFile, ".js");

createServer((_request, response) => response.end(name)).listen(Number(port), "127.0.0.1");
