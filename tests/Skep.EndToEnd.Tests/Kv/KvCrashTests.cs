using System.Collections.Concurrent;

namespace Skep.EndToEnd.Tests.Kv;

/// <summary>A process that is killed while it stores keeps all that it has acknowledged.</summary>
public sealed class KvCrashTests : IDisposable
{
    private const int Rounds = 10;
    private const int Clients = 8;
    private const int PutsBeforeCrash = 150;

    private const string Worker = """
        export default {
          async fetch(request, env) {
            const key = new URL(request.url).pathname.slice(1);
            if (request.method === "PUT") {
              await env.KV.put(key, request.body, { metadata: key });
              return new Response("stored");
            }
            const names = (await request.text()).split(",");
            const wrong = [];
            for (let i = 0; i < names.length; i += 100) {
              const found = await env.KV.getWithMetadata(names.slice(i, i + 100));
              for (const [name, pair] of found) if (pair?.value !== `value of ${name}` || pair.metadata !== name) wrong.push(name);
            }
            return new Response(wrong.join(","));
          },
        };
        """;

    private readonly TemporaryProject _project = new();
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task Nothing_acknowledged_is_missing_after_ten_kills()
    {
        _project.Write("index.js", Worker);
        _project.Write("wrangler.jsonc", """{ "name": "crash", "main": "index.js", "compatibility_date": "2026-11-01", "kv_namespaces": [{ "binding": "KV" }] }""");
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
            await CheckAsync(server);
            var until = _acknowledged.Count + PutsBeforeCrash;
            var writing = Enumerable.Range(0, Clients).Select(client => WriteAsync(server.Port, $"{round}-{client}")).ToArray();
            while (_acknowledged.Count < until) await Task.WhenAny([.. writing, Task.Delay(1, Cancellation)]);
            server.Crash();
            await Task.WhenAll(writing);
        }

        await using var last = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        await CheckAsync(last);
        Assert.True(_acknowledged.Count >= Rounds * PutsBeforeCrash);
        Assert.True(File.Exists(Path.Combine(_project.Folder, ".skep", ".gitignore")));
    }

    // Stores one pair after the other until the server is gone; only what was answered counts.
    private async Task WriteAsync(int port, string name)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{name}-{number}";
            try
            {
                using var content = new StringContent($"value of {key}");
                using var response = await _client.PutAsync(new Uri($"http://127.0.0.1:{port}/{key}"), content, Cancellation);
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
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
        var keys = _acknowledged.ToArray();
        if (keys.Length == 0) return;
        using var content = new StringContent(string.Join(',', keys));
        using var response = await _client.PostAsync(new Uri($"http://127.0.0.1:{server.Port}/"), content, Cancellation);
        Assert.Equal((200, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
    }
}
