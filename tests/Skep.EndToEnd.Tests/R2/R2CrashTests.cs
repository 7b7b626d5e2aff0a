using System.Text.Json;
using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.R2;

/// <summary>Every object that was put has its content, and none is another's half; nothing of those that were under way is left.</summary>
public sealed class R2CrashTests : CrashTest
{
    private protected override int Clients => 6;

    private protected override int WritesBetweenKills => 20;

    private protected override string Code =>
        """
        const text = (key, length) => (key + "|").repeat(Math.ceil(length / (key.length + 1))).slice(0, length);
        export default {
          fetch: refusable(async (request, env) => {
            const [kind, key, length] = new URL(request.url).pathname.slice(1).split("/");
            if (kind === "put") {
              await env.BUCKET.put(key, request.body, { customMetadata: { length } });
              return new Response("stored");
            }
            if (kind === "parts") {
              const upload = await env.BUCKET.createMultipartUpload(key, { customMetadata: { length } });
              await upload.complete([await upload.uploadPart(1, request.body)]);
              return new Response("stored");
            }
            // A page, as an invocation makes only so many operations: the keys, or what is wrong with them.
            const page = await env.BUCKET.list({ startAfter: key || undefined, limit: 500, include: ["customMetadata"] });
            const found = [];
            for (const { key, size, customMetadata } of page.objects) {
              const content = await (await env.BUCKET.get(key)).text();
              found.push(content.length === size && content === text(key, +customMetadata.length) ? key : `torn ${key}`);
            }
            return Response.json(found);
          }),
        };
        """;

    private protected override async Task DeployAsync(SupervisedServer server)
    {
        await server.PostAsync("r2/buckets", """{ "name": "files" }""");
        await UploadAsync(server, """[{ "type": "r2_bucket", "name": "BUCKET", "bucket_name": "files" }]""");
    }

    // Short, long, and in parts.
    private protected override async Task<IReadOnlyList<string>> WriteAsync(CrashClient client, int number, string name)
    {
        var (kind, length) = (number % 3) switch { 0 => ("put", 700), 1 => ("put", 60_000), _ => ("parts", 200_000) };
        var text = string.Concat(Enumerable.Repeat(name + "|", (length / (name.Length + 1)) + 1))[..length];
        return await client.TryAsync(HttpMethod.Put, $"/{kind}/{name}/{length}", text) ? [name] : [];
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        for (var last = ""; ;)
        {
            var page = JsonSerializer.Deserialize<string[]>(await client.PostAsync($"/check/{last}", ""));
            if (page is not [.., var next]) break;
            found.UnionWith(page);
            last = next;
        }

        Assert.DoesNotContain(found, key => key.StartsWith("torn ", StringComparison.Ordinal));
        Assert.Empty(acknowledged.Except(found));
    }

    private protected override void CheckAtRest() => Assert.Empty(Directory.EnumerateFiles(Path.Combine(Folder, "r2", "files", "incoming")));
}
