using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Kv;

/// <summary>Every pair that was put has its value and its metadata.</summary>
public sealed class KvCrashTests : CrashTest
{
    private const int CheckedAtOnce = 2000;

    private protected override string Code =>
        """
        export default {
          fetch: refusable(async (request, env) => {
            const key = new URL(request.url).pathname.slice(1);
            if (request.method === "PUT") {
              await env.KV.put(key, `value of ${key}`, { metadata: key });
              return new Response("stored");
            }
            const names = (await request.text()).split(",");
            const wrong = [];
            for (let i = 0; i < names.length; i += 100) {
              const found = await env.KV.getWithMetadata(names.slice(i, i + 100));
              for (const [name, pair] of found) if (pair?.value !== `value of ${name}` || pair.metadata !== name) wrong.push(name);
            }
            return new Response(wrong.join(","));
          }),
        };
        """;

    private protected override async Task DeployAsync(SupervisedServer server)
    {
        var made = await server.PostAsync("storage/kv/namespaces", """{ "title": "pairs" }""");
        await UploadAsync(server, $$"""[{ "type": "kv_namespace", "name": "KV", "namespace_id": "{{made.GetProperty("id").GetString()}}" }]""");
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var names in acknowledged.Chunk(CheckedAtOnce)) Assert.Equal("", await client.PostAsync("/", string.Join(',', names)));
    }
}
