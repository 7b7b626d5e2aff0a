using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Scale;

/// <summary>A server with very many namespaces, databases, buckets, queues and objects, each of which is used: what is open, and the memory, are
/// bounded, lists have all of them, and the next start does not take longer. SKEP_NAMESPACES=10000 for as many as docs/architecture.md tells of.</summary>
public sealed class NamespaceTests : IDisposable
{
    private const int AtOnce = 8;
    private const int ObjectsOfCall = 100;

    // 128 files of a service are open at once, of ten descriptors each at most, with two processors: and what a server without anything has.
    private const int MostDescriptors = 2_000;
    private const long MostBytes = 1L << 30;

    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int Count => int.Parse(Environment.GetEnvironmentVariable("SKEP_NAMESPACES") ?? "200", CultureInfo.InvariantCulture);

    private string Folder => Path.Combine(_data.Folder, "data");

    public void Dispose() => _data.Dispose();

    [Fact]
    public Task KV_namespaces() => EachIsUsedAsync(new(
        "storage/kv/namespaces",
        name => Json(new { title = name }),
        "id",
        (server, id) => server.Api.PutAsync(new Uri($"{server.Account}/storage/kv/namespaces/{id}/values/key"), new StringContent("value"), Cancellation),
        "title"));

    [Fact]
    public Task D1_databases() => EachIsUsedAsync(new(
        "d1/database",
        name => Json(new { name }),
        "uuid",
        (server, id) => server.Api.PostAsync(new Uri($"{server.Account}/d1/database/{id}/query"), Json(new { sql = "CREATE TABLE t (a); INSERT INTO t VALUES (1); SELECT a FROM t" }), Cancellation),
        "name"));

    [Fact]
    public Task R2_buckets() => EachIsUsedAsync(new(
        "r2/buckets",
        name => Json(new { name }),
        "name",
        (server, id) => server.Api.PutAsync(new Uri($"{server.Account}/r2/buckets/{id}/objects/key"), new StringContent("value"), Cancellation),
        "name"));

    [Fact]
    public Task Queues() => EachIsUsedAsync(new(
        "queues",
        name => Json(new { queue_name = name }),
        "queue_id",
        (server, id) => server.Api.PostAsync(new Uri($"{server.Account}/queues/{id}/messages"), Json(new { body = "message" }), Cancellation),
        "queue_name"));

    [Fact]
    public async Task Durable_Objects()
    {
        await using var server = await SupervisedServer.StartAsync(Folder);
        using var uploaded = await server.UploadAsync(
            "objects",
            """
            import { DurableObject } from "cloudflare:workers";
            export class Thing extends DurableObject {
              async increment() {
                const count = (await this.ctx.storage.get("count") ?? 0) + 1;
                await this.ctx.storage.put("count", count);
                return count;
              }
            }
            export default {
              async fetch(request, env) {
                const [from, count] = new URL(request.url).pathname.slice(1).split("/").map(Number);
                const counts = await Promise.all(Array.from({ length: count }, (_, i) => env.THINGS.getByName(`thing-${from + i}`).increment()));
                return new Response(String(counts.reduce((sum, each) => sum + each, 0)));
              },
            };
            """,
            """[{ "type": "durable_object_namespace", "name": "THINGS", "class_name": "Thing" }]""",
            """ "migrations": { "new_tag": "v1", "steps": [{ "new_sqlite_classes": ["Thing"] }] } """);
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync("objects");
        var clock = Stopwatch.StartNew();
        for (var time = 1; time <= 2; time++)
        {
            for (var from = 0; from < Count; from += ObjectsOfCall)
                Assert.Equal((ObjectsOfCall * time).ToString(CultureInfo.InvariantCulture), await server.GetAsync("objects", $"/{from}/{ObjectsOfCall}"));
        }

        Tell($"Durable Objects: {Count} used twice in {clock.Elapsed.TotalSeconds:F0} s", server);
        foreach (var process in await server.ServingAsync(2))
        {
            // Each hosts about half of them, and has 1,024 open at most.
            Tell($"worker process {process}: {Descriptors(process)} descriptors, {Resident(process) >> 20} MB", server);
            Bounded(process, (5 * 1024) + MostDescriptors, 3 * MostBytes);
        }
    }

    private async Task EachIsUsedAsync(Kind kind)
    {
        var clock = Stopwatch.StartNew();
        var server = await SupervisedServer.StartAsync(Folder);
        var (firstStart, token) = (clock.Elapsed, server.Token);
        await using (server)
        {
            clock.Restart();
            await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (number, _) =>
            {
                using var made = await server.Api.PostAsync(new Uri($"{server.Account}/{kind.Path}"), kind.Body($"thing-{number}"), Cancellation);
                var text = await made.Content.ReadAsStringAsync(Cancellation);
                Assert.True(made.IsSuccessStatusCode, text);
                using var answer = JsonDocument.Parse(text);
                using var used = await kind.Use(server, answer.RootElement.GetProperty("result").GetProperty(kind.Id).GetString()!);
                Assert.True(used.IsSuccessStatusCode, await used.Content.ReadAsStringAsync(Cancellation));
            });
            await CheckAsync(server, kind);
            Tell($"{kind.Path}: {Count} made and used in {clock.Elapsed.TotalSeconds:F0} s", server);
        }

        clock.Restart();
        await using var next = await SupervisedServer.StartAsync(Folder, token);
        Tell($"{kind.Path}: start {firstStart.TotalSeconds:F1} s with none, {clock.Elapsed.TotalSeconds:F1} s with {Count}", next);
        await CheckAsync(next, kind);
    }

    private static async Task CheckAsync(SupervisedServer server, Kind kind)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        var cursor = "";
        for (var page = 1; ; page++)
        {
            var listed = await server.Api.GetFromJsonAsync<JsonElement>(new Uri($"{server.Account}/{kind.Path}?page={page}&per_page=100{cursor}"), Cancellation);
            var result = listed.GetProperty("result");
            // R2 has its own form.
            var items = (result.ValueKind == JsonValueKind.Array ? result : result.GetProperty("buckets")).EnumerateArray().Select(each => each.GetProperty(kind.Name).GetString()!).ToList();
            foreach (var item in items) Assert.True(found.Add(item), $"{item} is listed twice.");
            if (items.Count == 0) break;
            if (result.ValueKind == JsonValueKind.Array) continue;
            if (!listed.TryGetProperty("result_info", out var info) || !info.TryGetProperty("cursor", out var next)) break;
            cursor = $"&cursor={next.GetString()}";
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(number => $"thing-{number}").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Bounded(server.Process.Id, MostDescriptors, MostBytes);
    }

    private static void Bounded(int process, int descriptors, long bytes)
    {
        Assert.InRange(Descriptors(process), 1, descriptors);
        Assert.InRange(Resident(process), 1, bytes);
    }

    private static int Descriptors(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;

    private static long Resident(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.WorkingSet64;
    }

    private static void Tell(string text, SupervisedServer server) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{text}; supervisor: {Descriptors(server.Process.Id)} descriptors, {Resident(server.Process.Id) >> 20} MB");

    private static StringContent Json(object value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");


    /// <summary>Something that there can be many of.</summary>
    /// <param name="Path">Where it is made and listed.</param>
    /// <param name="Body">What makes one of a name.</param>
    /// <param name="Id">The member of the answer by which it is used.</param>
    /// <param name="Use">Stores something in it.</param>
    /// <param name="Name">The member that lists name it by.</param>
    private sealed record Kind(string Path, Func<string, HttpContent> Body, string Id, Func<SupervisedServer, string, Task<HttpResponseMessage>> Use, string Name);
}
