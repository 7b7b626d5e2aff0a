using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace Skep.EndToEnd.Tests.R2;

/// <summary>A process that is killed while it stores keeps all that it has acknowledged, and has no object that is another's half.</summary>
public sealed class R2CrashTests : IDisposable
{
    private const int Clients = 6;
    private const int PutsBeforeCrash = 30;

    private const string Worker = """
        const text = (key, length) => (key + "|").repeat(Math.ceil(length / (key.length + 1))).slice(0, length);
        export default {
          async fetch(request, env) {
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
          },
        };
        """;

    private readonly TemporaryProject _project = new();
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A hundred, as were done for docs/r2.md, take minutes.
    private static int Rounds => int.Parse(Environment.GetEnvironmentVariable("SKEP_CRASHES") ?? "10", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _client.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task Nothing_acknowledged_is_missing_or_torn_after_kills()
    {
        _project.Write("index.js", Worker);
        _project.Write("wrangler.jsonc", """{ "name": "crash", "main": "index.js", "compatibility_date": "2026-11-01", "r2_buckets": [{ "binding": "BUCKET", "bucket_name": "files" }] }""");
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
            if (round % 5 == 0) await CheckAsync(server);
            var until = _acknowledged.Count + PutsBeforeCrash;
            var writing = Enumerable.Range(0, Clients).Select(client => WriteAsync(server.Port, $"{round}-{client}", client)).ToArray();
            while (_acknowledged.Count < until) await Task.WhenAny([.. writing, Task.Delay(1, Cancellation)]);
            server.Crash();
            await Task.WhenAll(writing);
        }

        await using (var last = await ServerProcess.Start(Cancellation, "dev", _project.Folder)) await CheckAsync(last);
        Assert.True(_acknowledged.Count >= Rounds * PutsBeforeCrash);
        // The start has cleaned up after all the others.
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_project.Folder, ".skep", "state", "r2", "files", "incoming")));
    }

    // Stores one object after the other, short and long and in parts, until the server is gone; only what was answered counts.
    private async Task WriteAsync(int port, string name, int client)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{name}-{number}";
            var length = (client % 3) switch { 0 => 700, 1 => 60_000, _ => 200_000 };
            var text = string.Concat(Enumerable.Repeat(key + "|", (length / (key.Length + 1)) + 1))[..length];
            try
            {
                using var content = new StringContent(text);
                using var response = await _client.PostAsync(new Uri($"http://127.0.0.1:{port}/{(client % 3 == 2 ? "parts" : "put")}/{key}/{length}"), content, Cancellation);
                Assert.Equal((HttpStatusCode.OK, "stored"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
            }
            catch (HttpRequestException)
            {
                return;
            }

            _acknowledged.Enqueue(key);
        }
    }

    private async Task CheckAsync(ServerProcess server)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        for (var last = ""; ;)
        {
            var page = await _client.GetFromJsonAsync<string[]>(new Uri($"http://127.0.0.1:{server.Port}/check/{last}"), Cancellation);
            if (page is not [.., var next]) break;
            found.UnionWith(page);
            last = next;
        }

        Assert.DoesNotContain(found, key => key.StartsWith("torn ", StringComparison.Ordinal));
        Assert.Empty(_acknowledged.Except(found));
    }
}
