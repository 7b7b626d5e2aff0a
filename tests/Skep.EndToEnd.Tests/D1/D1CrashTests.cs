using System.Collections.Concurrent;
using System.Globalization;

namespace Skep.EndToEnd.Tests.D1;

/// <summary>A process that is killed while it writes keeps all that it has acknowledged, and half of nothing.</summary>
public sealed class D1CrashTests : IDisposable
{
    private static int Rounds => int.Parse(Environment.GetEnvironmentVariable("SKEP_CRASHES") ?? "20", CultureInfo.InvariantCulture);
    private const int RoundsPerCheck = 20;
    private const int Clients = 4;
    private const int WritesBeforeCrash = 20;

    // A row goes into both tables, or into none.
    private const string Worker = """
        export default {
          async fetch(request, env) {
            if (request.method === "PUT") {
              const key = new URL(request.url).pathname.slice(1);
              await env.DB.batch([
                env.DB.prepare("CREATE TABLE IF NOT EXISTS a (k TEXT PRIMARY KEY, v TEXT)"),
                env.DB.prepare("CREATE TABLE IF NOT EXISTS b (k TEXT PRIMARY KEY, v TEXT)"),
                env.DB.prepare("INSERT INTO a VALUES (?, ?)").bind(key, key.repeat(50)),
                env.DB.prepare("INSERT INTO b SELECT * FROM a WHERE k = ?").bind(key),
              ]);
              return new Response("stored");
            }
            const names = JSON.stringify((await request.text()).split(","));
            const [missing, torn, check] = await env.DB.batch([
              env.DB.prepare("SELECT value FROM json_each(?) WHERE value NOT IN (SELECT k FROM a)").bind(names),
              env.DB.prepare("SELECT k FROM a EXCEPT SELECT k FROM b UNION SELECT k FROM b EXCEPT SELECT k FROM a"),
              env.DB.prepare("PRAGMA quick_check"),
            ]);
            return Response.json([missing.results, torn.results, check.results[0].quick_check]);
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
    public async Task Nothing_acknowledged_is_missing_after_many_kills()
    {
        _project.Write("index.js", Worker);
        _project.Write("wrangler.jsonc", """{ "name": "crash", "main": "index.js", "compatibility_date": "2026-11-01", "d1_databases": [{ "binding": "DB" }] }""");
        for (var round = 1; round <= Rounds; round++)
        {
            await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
            var until = _acknowledged.Count + WritesBeforeCrash;
            var writing = Enumerable.Range(0, Clients).Select(client => WriteAsync(server.Port, $"{round}-{client}")).ToArray();
            while (_acknowledged.Count < until) await Task.WhenAny([.. writing, Task.Delay(1, Cancellation)]);
            if (round % RoundsPerCheck == 0) await CheckAsync(server);
            server.Crash();
            await Task.WhenAll(writing);
        }

        await using var last = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        await CheckAsync(last);
        Assert.True(_acknowledged.Count >= Rounds * WritesBeforeCrash);
    }

    // Stores one row after the other until the server is gone; only what was answered counts.
    private async Task WriteAsync(int port, string name)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{name}-{number}";
            try
            {
                using var response = await _client.PutAsync(new Uri($"http://127.0.0.1:{port}/{key}"), null, Cancellation);
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
        using StringContent content = new(string.Join(',', _acknowledged));
        using var response = await _client.PostAsync(new Uri($"http://127.0.0.1:{server.Port}/"), content, Cancellation);
        Assert.Equal((200, """[[],[],"ok"]"""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
    }
}
