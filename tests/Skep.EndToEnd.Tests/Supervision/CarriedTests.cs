using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>Whatever workers and their owners have in one process, they have in several.</summary>
public sealed class CarriedTests : IDisposable
{
    private const string CachingWorker = """
        let isolate;
        export default { async fetch(request) {
          isolate ??= crypto.randomUUID();
          const url = "http://cached.localhost/thing";
          const known = await caches.default.match(url);
          if (new URL(request.url).pathname === "/put") await caches.default.put(url, new Response("x", { headers: { "cache-control": "max-age=600" } }));
          return new Response(`${isolate} ${known ? "hit" : "miss"}`);
        } };
        """;

    private readonly TemporaryProject _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_processes_share_the_KV_namespaces_and_the_counters_of_rate_limits()
    {
        await using var server = await StartAsync();
        using var made = await server.Api.PostAsJsonAsync(new Uri($"{server.Account}/storage/kv/namespaces"), new { title = "pairs" }, Cancellation);
        var space = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("result").GetProperty("id").GetString();
        await PutAsync(server, "kv", """
            export default { async fetch(request, env) {
              const round = new URL(request.url).pathname.slice(1);
              const { success } = await env.LIMIT.limit({ key: round });
              const before = JSON.parse(await env.KV.get(`${round}.seen`) ?? "[]");
              await env.KV.put(`${round}.seen`, JSON.stringify([...before, success]), { metadata: { n: before.length } });
              await env.KV.put(`${round}.long`, "x".repeat(1_000_000));
              const { keys } = await env.KV.list({ prefix: round });
              const many = await env.KV.get([`${round}.seen`, "none"]);
              return Response.json([(await env.KV.get(`${round}.long`)).length, keys.map(key => key.name), many.get("none"), (await env.KV.getWithMetadata(`${round}.seen`)).metadata.n, success]);
            } };
            """, $$"""
            [{ "type": "kv_namespace", "name": "KV", "namespace_id": "{{space}}" },
             { "type": "ratelimit", "name": "LIMIT", "namespace_id": "7", "simple": { "limit": 3, "period": 60 } }]
            """);

        // Counters begin anew with the clock's minutes: a round in which one ends tells nothing.
        for (var round = 0; ; round++)
        {
            var minute = Minute();
            List<string> answers = [];
            // On connections of their own, so that both processes have some of them.
            for (var i = 0; i < 6; i++) answers.Add(await server.GetAsync("kv", $"/{round}"));
            if (Minute() != minute) continue;

            Assert.Equal([.. Enumerable.Range(0, 6).Select(i => $"[1000000,[\"{round}.long\",\"{round}.seen\"],null,{i},{(i < 3 ? "true" : "false")}]")], answers);
            Assert.Equal("[true,true,true,false,false,false]", await server.Api.GetStringAsync(new Uri($"{server.Account}/storage/kv/namespaces/{space}/values/{round}.seen"), Cancellation));
            return;
        }

        static long Minute() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60;
    }

    [Fact]
    public async Task Workers_call_each_other_in_every_process()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "back", """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export default class extends WorkerEntrypoint { fetch() { return new Response("fetched"); } add(a, b) { return a + b; } }
            """);
        await PutAsync(server, "front", """
            export default { async fetch(request, env) { return new Response(await env.BACK.add(1, 2) + await (await env.BACK.fetch("http://back/")).text()); } };
            """, """[{ "type": "service", "name": "BACK", "service": "back" }]""");

        for (var i = 0; i < 4; i++) Assert.Equal("3fetched", await server.GetAsync("front"));
    }

    [Fact]
    public async Task What_workers_use_in_any_process_is_counted()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "counted", "export default { fetch: () => new Response('x') };");
        for (var i = 0; i < 8; i++) await server.GetAsync("counted");

        var metrics = "";
        using var response = await server.Api.GetAsync(new Uri($"{server.Origin}/metrics"), Cancellation);
        metrics = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Contains("script=\"counted\"", metrics, StringComparison.Ordinal);
        Assert.Equal(8, metrics.Split('\n').Where(line => line.StartsWith("skep_worker_requests_total", StringComparison.Ordinal) && line.Contains("\"counted\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_tail_shows_the_requests_of_all_processes()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "tailed", "export default { fetch(request) { console.log('said'); return new Response('x'); } };");
        await server.GetAsync("tailed");
        using var made = await server.Api.PostAsJsonAsync(new Uri($"{server.Account}/workers/scripts/tailed/tails"), new { filters = Array.Empty<object>() }, Cancellation);
        var url = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("result").GetProperty("url").GetString()!;
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("trace-v1");
        await socket.ConnectAsync(new Uri(url), Cancellation);

        for (var i = 0; i < 6; i++) await server.GetAsync("tailed");

        for (var i = 0; i < 6; i++)
        {
            var buffer = new byte[64 << 10];
            var read = await socket.ReceiveAsync(buffer, Cancellation);
            Assert.Contains("said", Encoding.UTF8.GetString(buffer, 0, read.Count), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_process_writes_to_the_one_request_log()
    {
        var log = Path.Combine(_folder.Folder, "requests.jsonl");
        await using (var server = await StartAsync("--request-log", log))
        {
            await PutAsync(server, "logged", "export default { fetch: () => new Response('x') };");
            for (var i = 0; i < 8; i++) await server.GetAsync("logged");
            Assert.Equal(0, await server.Process.Terminate(Cancellation));
        }

        var lines = await File.ReadAllLinesAsync(log, Cancellation);
        Assert.Equal(8, lines.Select(line => JsonDocument.Parse(line).RootElement).Count(line => line.GetProperty("worker").GetString() == "logged"));
    }

    [Fact]
    public async Task All_processes_share_one_cache_that_is_there_after_a_restart()
    {
        await using (var server = await StartAsync())
        {
            await server.ServingAsync(2);
            await PutAsync(server, "cached", CachingWorker);
            var first = await server.GetAsync("cached", "/put");
            Assert.EndsWith("miss", first, StringComparison.Ordinal);
            await AnswersInEveryProcessAsync(server, "hit");
            Assert.Equal(0, await server.Process.Terminate(Cancellation));
        }

        await using var again = await StartAsync();
        await again.ServingAsync(2);
        await AnswersInEveryProcessAsync(again, "hit");
    }

    [Fact]
    public async Task A_purge_reaches_the_cache_of_every_process()
    {
        await using var server = await StartAsync();
        await server.ServingAsync(2);
        await PutAsync(server, "cached", CachingWorker);
        await server.GetAsync("cached", "/put");
        await AnswersInEveryProcessAsync(server, "hit");
        var zone = Convert.ToHexStringLower(SHA256.HashData("localhost"u8))[..32];
        using var purged = await server.Api.PostAsJsonAsync(new Uri($"{server.Origin}/client/v4/zones/{zone}/purge_cache"), new { purge_everything = true }, Cancellation);
        Assert.True(purged.IsSuccessStatusCode, await purged.Content.ReadAsStringAsync(Cancellation));

        Assert.EndsWith("miss", await server.GetAsync("cached"), StringComparison.Ordinal);
        await AnswersInEveryProcessAsync(server, "miss");
    }

    [Fact]
    public async Task A_version_that_is_not_deployed_has_a_preview()
    {
        await using var server = await StartAsync();
        await PutAsync(server, "previewed", "export default { fetch: () => new Response('first') };");
        var first = await server.DeployedVersionAsync("previewed");
        using var enabled = await server.Api.PostAsJsonAsync(
            new Uri($"{server.Account}/workers/scripts/previewed/subdomain"), new { enabled = true, previews_enabled = true }, Cancellation);
        await server.DeployAsync("previewed", "export default { fetch: () => new Response('second') };");

        Assert.Equal("second", await server.GetAsync("previewed"));
        Assert.Equal("first", await server.GetAsync($"{first[..8]}-previewed"));
    }

    private static async Task AnswersInEveryProcessAsync(SupervisedServer server, string expected)
    {
        HashSet<string> isolates = [];
        for (var i = 0; isolates.Count < 2 && i < 500; i++)
        {
            if (await server.GetAsync("cached") is var answer && answer.EndsWith(expected, StringComparison.Ordinal)) isolates.Add(answer[..36]);
        }

        Assert.Equal(2, isolates.Count);
    }

    private static async Task PutAsync(SupervisedServer server, string script, string code, string bindings = "[]")
    {
        using var response = await server.UploadAsync(script, code, bindings);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync(script);
    }

    private Task<SupervisedServer> StartAsync(params string[] options) => SupervisedServer.StartAsync(Path.Combine(_folder.Folder, "data"), null, options);
}
