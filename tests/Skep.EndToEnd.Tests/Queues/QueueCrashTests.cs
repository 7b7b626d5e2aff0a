using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Queues;

/// <summary>Every message that was sent is delivered.</summary>
public sealed class QueueCrashTests : CrashTest
{
    private const int CheckedAtOnce = 500;

    private protected override string Code =>
        """
        export default {
          fetch: refusable(async (request, env) => {
            if (request.method === "PUT") {
              const name = new URL(request.url).pathname.slice(1);
              await env.Q.sendBatch([{ body: `${name}-a` }, { body: `${name}-b` }]);
              return new Response("sent");
            }
            const names = (await request.text()).split(",");
            const handled = await Promise.all(names.map((name) => env.KV.get(name)));
            return new Response(names.filter((_, i) => handled[i] === null).join(","));
          }),
          async queue(batch, env) {
            for (const message of batch.messages) {
              await env.KV.put(message.body, "handled");
              message.ack();
            }
          },
        };
        """;

    private protected override async Task DeployAsync(SupervisedServer server)
    {
        var queue = await server.PostAsync("queues", """{ "queue_name": "jobs" }""");
        var kv = await server.PostAsync("storage/kv/namespaces", """{ "title": "handled" }""");
        await UploadAsync(
            server,
            $$"""[{ "type": "queue", "name": "Q", "queue_name": "jobs" }, { "type": "kv_namespace", "name": "KV", "namespace_id": "{{kv.GetProperty("id").GetString()}}" }]""");
        // Attempts are not what this is about: a process that is killed uses one.
        await server.PostAsync(
            $"queues/{queue.GetProperty("queue_id").GetString()}/consumers",
            $$"""{ "type": "worker", "script_name": "{{Script}}", "settings": { "max_wait_time_ms": 100, "max_retries": 100 } }""");
    }

    private protected override async Task<IReadOnlyList<string>> WriteAsync(CrashClient client, int number, string name) =>
        await client.TryAsync(HttpMethod.Put, $"/{name}") ? [$"{name}-a", $"{name}-b"] : [];

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var names in acknowledged.Chunk(CheckedAtOnce))
        {
            for (var left = string.Join(',', names); left != "";) left = await client.PostAsync("/", left);
        }
    }
}
