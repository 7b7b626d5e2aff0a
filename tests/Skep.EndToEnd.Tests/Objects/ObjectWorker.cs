using Skep.EndToEnd.Tests.Supervision;
using Skep.EndToEnd.Tests.Wrangler;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>A counter and a chat room as a project that wrangler deploys.</summary>
internal sealed class ObjectWorker : IDisposable
{
    private const string Configuration =
        """
        {
          "name": "rooms",
          "main": "index.js",
          "compatibility_date": "2026-11-01",
          "durable_objects": { "bindings": [ { "name": "COUNTER", "class_name": "Counter" }, { "name": "CHAT", "class_name": "Chat" } ] },
          "migrations": [ { "tag": "v1", "new_sqlite_classes": ["Counter", "Chat"] } ]
        }
        """;

    private const string Code =
        """
        import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
        const version = "VERSION";
        let here;

        export class Tool extends WorkerEntrypoint { greet(name) { return `${this.ctx.props.owner} greets ${name}` } }

        export class Counter extends DurableObject {
          async increment() {
            const n = (await this.ctx.storage.get("n") ?? 0) + 1;
            await this.ctx.storage.put("n", n);
            return `${n} ${version}`;
          }
          async value() { return await this.ctx.storage.get("n") ?? 0 }
          async arm(after) { await this.ctx.storage.setAlarm(Date.now() + after) }
          async alarm() { await this.ctx.storage.put("fired", (await this.ctx.storage.get("fired") ?? 0) + 1) }
          async fired() { return await this.ctx.storage.get("fired") ?? 0 }
          async fetch(request) { return new Response(request.body, { headers: { "x-object": "yes" } }) }
          chunks(count) {
            let i = 0;
            return new ReadableStream({ type: "bytes", pull(controller) { if (i++ === count) controller.close(); else controller.enqueue(new Uint8Array(1000).fill(i)) } });
          }
          async through(other, tool) { return `${Number.isInteger(await other.value())}, ${await tool.greet("object")}` }
          give() { return this.ctx.exports.Tool({ props: { owner: "object" } }) }
          async callBack(fn, times) { let sum = 0; for (let i = 0; i < times; i++) sum += await fn(i); return sum }
        }

        export class Chat extends DurableObject {
          async fetch(request) {
            const { 0: client, 1: server } = new WebSocketPair();
            this.ctx.acceptWebSocket(server);
            return new Response(null, { status: 101, webSocket: client });
          }
          webSocketMessage(socket, text) { for (const each of this.ctx.getWebSockets()) each.send(text) }
        }

        export default {
          async fetch(request, env, ctx) {
            here ??= crypto.randomUUID();
            const [, what, name, argument] = new URL(request.url).pathname.split("/");
            if (what === "here") return new Response(here);
            if (what === "chat") return env.CHAT.getByName(name).fetch(request);
            const counter = env.COUNTER.getByName(name);
            if (what === "echo") return counter.fetch(request);
            try {
              switch (what) {
                case "callback": return new Response(String(await counter.callBack(n => n * 2, +argument)));
                case "stubs": {
                  const said = await counter.through(env.COUNTER.getByName(argument), ctx.exports.Tool({ props: { owner: "worker" } }));
                  return new Response(`${said}, ${await (await counter.give()).greet("worker")}`);
                }
                case "chunks": return new Response(await counter.chunks(+argument));
                case "arm": await counter.arm(+argument); return new Response("armed");
                default: return new Response(String(await counter[what]()));
              }
            } catch (error) {
              return new Response(`${error.message} retryable=${error.retryable === true}`, { status: 503 });
            }
          },
        };
        """;

    private readonly WranglerProject _project;

    public ObjectWorker(string serverOutput) => _project = new WranglerProject(serverOutput);

    /// <summary>Deploys it, or a new version of it.</summary>
    public async Task DeployAsync(string version)
    {
        _project.Write("wrangler.jsonc", Configuration);
        _project.Write("index.js", Code.Replace("VERSION", version, StringComparison.Ordinal));
        await _project.RunAsync("deploy");
    }

    public void Dispose() => _project.Dispose();
}
