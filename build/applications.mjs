// The section of docs/compatibility-libraries.md on whole applications: those of tests/applications, as they are, and the templates that
// were tried by hand.
//
//     node build/applications.mjs              writes it anew, without the runs of libraries' tests that the rest of the page is made from
//     node build/applications.mjs --check      fails when it is not as it would be written
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../docs/compatibility-libraries.md", import.meta.url));
const folder = fileURLToPath(new URL("../tests/applications", import.meta.url));
const heading = "## Applications";

/** Cloudflare's templates, of 2026-08-14, built and deployed by the real wrangler: what was done with them. */
const templates = [
  ["agent-commerce-analytics", "KV, assets", "its pages, its dashboard's figures"],
  ["agent-visibility", "AI, KV, assets", "the texts it makes for agents"],
  ["ai-brand-visibility", "AI, KV, Queues", "a test of a site: its jobs are carried out by the queue's consumer, and its calls of models refused, since they name an AI Gateway"],
  ["astro-blog-starter", "assets", "its pages"],
  ["chanfana-openapi", "D1", "migrated; tasks made, changed, found and deleted; its OpenAPI document"],
  ["commerce-llms-txt", "AI, KV, assets", "the catalogue, as pages and JSON"],
  ["d1", "D1", "migrated; its comments"],
  ["d1-starter-sessions-api", "D1, assets", "orders, read and written in sessions"],
  ["durable-chat", "Durable Objects, assets", "two clients over hibernating WebSockets"],
  ["hello-world-do", "Durable Objects", "its greeting"],
  ["llm-chat-app", "AI, assets", "a chat, streamed"],
  ["multiplayer-globe", "Durable Objects, assets", "clients that come and go (where they are is known with `--geo`)"],
  ["nodejs-http-server", "", "its requests"],
  ["openauth", "KV, D1", "the whole flow"],
  ["r2-explorer", "R2, assets", "its dashboard and its calls, with r2-explorer 1.2.0"],
  ["react-router-hono-fullstack, react-router-starter, react-starter, remix-starter, vite-react", "assets", "their pages"],
  ["saas-admin", "D1, Workflows, assets", "migrated; customers, in its API and its pages; its Workflow"],
  ["to-do-list-kv", "KV, assets", "a list"],
  ["workers-builds-notifications", "Queues", "deployed, as the consumer of its queue"],
  ["workflows-starter", "Workflows, Durable Objects, assets", "started, approved and completed"],
];

/** What a binding of wrangler's configuration is called. */
const products = { ai: "AI", assets: "assets", d1_databases: "D1", durable_objects: "Durable Objects", kv_namespaces: "KV", r2_buckets: "R2", workflows: "Workflows" };

/** The lines of the section. */
export function applications() {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return [
    heading,
    "",
    "`tests/applications` has projects that use public packages as Cloudflare's templates do; tests run each of them in `skep dev`, or deploy it with the real",
    "wrangler, and drive it over HTTP and WebSockets with the packages' own clients.",
    "",
    "| Application | Packages | Bindings |",
    "| --- | --- | --- |",
    ...names.map((name) => `| ${name} | ${packages(name, dependencies).join(", ")} | ${bindings(name).join(", ")} |`),
    "",
    "Tried by hand, unmodified but for the identifiers of an account's resources:",
    "",
    "| Template | Bindings | What was done |",
    "| --- | --- | --- |",
    ...templates.map((row) => `| ${row.join(" | ")} |`),
  ];
}

// Of what its Worker and its client import.
function packages(name, dependencies) {
  const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(tsx?|m?js)$/.test(entry.name));
  const imported = new Set();
  for (const file of files) {
    const text = readFileSync(join(file.parentPath, file.name), "utf8");
    for (const [, specifier] of text.matchAll(/(?:from|import) "([^".][^"]*)"/g)) imported.add(specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/"));
  }
  return [...imported].filter((each) => each in dependencies).sort().map((each) => `${each} ${dependencies[each]}`);
}

function bindings(name) {
  const configuration = readFileSync(join(folder, name, "wrangler.jsonc"), "utf8");
  return Object.keys(products).filter((key) => configuration.includes(`"${key}"`)).map((key) => products[key]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(page, "utf8");
  const written = `${text.split(`\n${heading}\n`)[0].trimEnd()}\n\n${applications().join("\n")}\n`;
  if (!process.argv.includes("--check")) writeFileSync(page, written);
  else if (text !== written) throw new Error("docs/compatibility-libraries.md does not show the applications as they are: run node build/applications.mjs.");
}
