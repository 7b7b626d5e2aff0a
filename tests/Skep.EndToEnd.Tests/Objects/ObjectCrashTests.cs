using System.Collections.Concurrent;
using System.Globalization;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>A process that is killed while its objects write keeps all that they have acknowledged, and half of nothing.</summary>
public sealed class ObjectCrashTests : IDisposable
{
    private static int Rounds => int.Parse(Environment.GetEnvironmentVariable("SKEP_CRASHES") ?? "20", CultureInfo.InvariantCulture);
    private const int RoundsPerCheck = 20;
    private const int Clients = 4;
    private const int WritesBeforeCrash = 20;

    // Key, row and count are written in one turn: all of them are there, or none. The large value has the log moved into the file now and then.
    private const string Worker = """
        import { DurableObject } from "cloudflare:workers";

        export class Inner extends DurableObject {
          async put(key) {
            const { storage } = this.ctx;
            storage.sql.exec("CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY); CREATE TABLE IF NOT EXISTS big (id INTEGER PRIMARY KEY, v)");
            storage.sql.exec("INSERT INTO t VALUES (?)", key);
            storage.sql.exec("INSERT OR REPLACE INTO big VALUES (1, randomblob(20000))");
            storage.put(`k:${key}`, key.repeat(50));
            storage.put("count", (await storage.get("count") ?? 0) + 1);
          }

          async check(keys) {
            const { storage } = this.ctx;
            const rows = storage.sql.exec("SELECT k FROM t").toArray().map((row) => row.k);
            const values = [...(await storage.list({ prefix: "k:" })).keys()].map((key) => key.slice(2));
            return {
              missing: keys.filter((key) => !rows.includes(key)),
              torn: rows.length === values.length && rows.length === (await storage.get("count") ?? 0) && rows.every((row) => values.includes(row)) ? [] : [rows.length, values.length],
              check: storage.sql.exec("PRAGMA quick_check").one().quick_check,
            };
          }
        }

        @OBJECT@

        export default {
          async fetch(request, env) {
            const [, name, key] = new URL(request.url).pathname.split("/");
            const stub = env.THINGS.getByName(name);
            if (request.method === "POST") return Response.json(await stub.check((await request.text()).split(",").filter(Boolean)));
            await stub.put(key);
            return new Response("stored");
          },
        };
        """;

    // The object itself, or a facet of it, which has another one beside that is deleted all the time.
    private const string Itself = "export class Thing extends Inner {}";

    private const string Facets = """
        export class Thing extends DurableObject {
          facet(name) { return this.ctx.facets.get(name, () => ({ class: this.ctx.exports.Inner })) }
          async put(key) {
            this.ctx.facets.delete("other");
            await Promise.all([this.facet("one").put(key), this.facet("other").put(key).catch(() => {})]);
          }
          check(keys) { return this.facet("one").check(keys) }
        }
        """;

    private readonly TemporaryProject _project = new();
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<(int Client, string Key)> _acknowledged = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _project.Dispose();
    }

    [Theory]
    [InlineData(Itself)]
    [InlineData(Facets)]
    public async Task Nothing_acknowledged_is_missing_after_many_kills(string thing)
    {
        _project.Write("index.js", Worker.Replace("@OBJECT@", thing, StringComparison.Ordinal));
        _project.Write("wrangler.jsonc", """
            {
              "name": "crash", "main": "index.js", "compatibility_date": "2026-11-01",
              "durable_objects": { "bindings": [{ "name": "THINGS", "class_name": "Thing" }] },
              "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Thing"] }],
            }
            """);
        for (var round = 1; round <= Rounds; round++)
        {
            await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
            var until = _acknowledged.Count + WritesBeforeCrash;
            var writing = Enumerable.Range(0, Clients).Select(client => WriteAsync(server.Port, client, $"{round}")).ToArray();
            while (_acknowledged.Count < until) await Task.WhenAny([.. writing, Task.Delay(1, Cancellation)]);
            if (round % RoundsPerCheck == 0) await CheckAsync(server);
            server.Crash();
            await Task.WhenAll(writing);
        }

        await using var last = await ServerProcess.Start(Cancellation, "dev", _project.Folder);
        await CheckAsync(last);
        Assert.True(_acknowledged.Count >= Rounds * WritesBeforeCrash);
    }

    // Stores one key after the other, in two objects that two clients each share, until the server is gone; only what was answered counts.
    private async Task WriteAsync(int port, int client, string round)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{round}-{client}-{number}";
            try
            {
                using var response = await _client.PutAsync(new Uri($"http://127.0.0.1:{port}/{client % 2}/{key}"), null, Cancellation);
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
            }
            catch (HttpRequestException)
            {
                return;
            }

            _acknowledged.Enqueue((client % 2, key));
        }
    }

    private async Task CheckAsync(ServerProcess server)
    {
        foreach (var one in _acknowledged.GroupBy(each => each.Client))
        {
            using var keys = new StringContent(string.Join(',', one.Select(each => each.Key)));
            using var response = await _client.PostAsync(new Uri($"http://127.0.0.1:{server.Port}/{one.Key}"), keys, Cancellation);
            Assert.Equal("""{"missing":[],"torn":[],"check":"ok"}""", await response.Content.ReadAsStringAsync(Cancellation));
        }
    }
}
