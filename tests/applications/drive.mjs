// Drives an application as its users do: node drive.mjs ORIGIN PART [MORE] runs that export of the client.mjs in the current folder.
import dns from "node:dns";
import path from "node:path";
import { pathToFileURL } from "node:url";

// Deployed Workers answer at <name>.localhost, which not every resolver knows to be this machine.
const { lookup } = dns;
dns.lookup = (name, ...rest) => lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, ...rest);

const [origin, part, ...more] = process.argv.slice(2);
const client = await import(pathToFileURL(path.resolve("client.mjs")));
await client[part](origin, ...more);
console.log(`${part}: all checks passed`);
// Sockets that a check has left open must not keep the process.
process.exit(0);
