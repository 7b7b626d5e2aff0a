using System.Net;
using Skep.EndToEnd.Tests.Supervision;
using Skep.Testing;

namespace Skep.EndToEnd.Tests.Serve;

/// <summary>A server whose disk or files fail: it says which and what to do, and whoever does not need them goes on.</summary>
public sealed class StorageFaultTests : IDisposable
{
    private const string Worker =
        """
        export default {
          async fetch(request, env) {
            const path = new URL(request.url).pathname;
            try {
              if (path.startsWith("/put")) await env.KV.put(path, "x".repeat(100_000));
              if (path === "/broken") await env.BROKEN.get("key");
              if (path === "/instance") await env.STEPS.create({ id: "a" });
              if (path === "/vectors") await env.VECTORS.describe();
              if (path === "/get") return new Response(await env.KV.get("/put", "text").then((text) => `${text?.length}`));
            } catch (error) {
              return new Response(error.message, { status: 500 });
            }
            return new Response("served");
          },
        };
        """;

    // A server can do without them for a while.
    private static readonly string[] OfOneService = ["cron.db", "usage.db", "workflows.db", "analytics.db", "vectorize/indexes.db", "alarms.db"];

    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_data.Folder, "disk", "data");

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Damaged_files_end_what_needs_them_and_nothing_else()
    {
        string token, broken;
        await using (var server = await SupervisedServer.StartAsync(Folder))
        {
            token = server.Token;
            broken = await DeployAsync(server);
            Assert.Equal((HttpStatusCode.OK, "served"), await GetAsync(server, "/put"));
            Assert.Equal((HttpStatusCode.OK, "served"), await GetAsync(server, "/broken"));
        }

        string[] damaged = [.. OfOneService, $"kv/{broken}.db"];
        foreach (var file in damaged) await File.WriteAllTextAsync(Path.Combine(Folder, file), new string('x', 50_000), Cancellation);
        await using var next = await SupervisedServer.StartAsync(Folder, token);
        Assert.Equal((HttpStatusCode.OK, "100000"), await GetAsync(next, "/get"));
        Assert.Equal((HttpStatusCode.OK, "served"), await GetAsync(next, "/put"));
        Assert.Equal((HttpStatusCode.InternalServerError, "KV GET failed: 500 The namespace's file is damaged and has to be restored from a backup."), await GetAsync(next, "/broken"));
        Assert.Equal((HttpStatusCode.InternalServerError, "The Workflow store's file is damaged and has to be restored from a backup."), await GetAsync(next, "/instance"));
        Assert.Contains("damaged", (await GetAsync(next, "/vectors")).Text, StringComparison.Ordinal);
        foreach (var file in damaged) await next.Process.Printed($"{Path.Combine(Folder, file)}: file is not a database", Cancellation);
        Assert.Contains("skep restore", next.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_catalog_a_server_does_not_start_and_says_why()
    {
        string token;
        await using (var server = await SupervisedServer.StartAsync(Folder)) token = server.Token;
        await File.WriteAllTextAsync(Path.Combine(Folder, "catalog.db"), new string('x', 50_000), Cancellation);
        var (code, output) = await ServerProcess.Run(Cancellation, "serve", "--data", Folder, "--port", "0", "--control-port", "0");
        Assert.Equal(1, code);
        Assert.Contains($"{Path.Combine(Folder, "catalog.db")}: file is not a database (file is not a database). The file is damaged: restore it from a backup (skep restore).", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_stops_writes_until_there_is_room()
    {
        using var disk = SmallDisk.TryMount(Path.Combine(_data.Folder, "disk"), 64);
        if (disk is null) Assert.Skip(SmallDisk.Missing);
        await using var server = await SupervisedServer.StartAsync(Folder);
        await DeployAsync(server);
        Assert.Equal((HttpStatusCode.OK, "served"), await GetAsync(server, "/put"));
        disk.Fill();

        // The log has room that it had before.
        var put = await GetAsync(server, "/put0");
        for (var i = 1; put.Status == HttpStatusCode.OK; i++) put = await GetAsync(server, $"/put{i}");
        Assert.Equal((HttpStatusCode.InternalServerError, "KV PUT failed: 507 The namespace has no room left: its disk or its quota is full."), put);
        await server.Process.Printed("Make room on its disk", Cancellation);
        Assert.Equal((HttpStatusCode.OK, "served"), await GetAsync(server, "/"));
        Assert.Equal((HttpStatusCode.OK, "100000"), await GetAsync(server, "/get"));
        using (var refused = await server.UploadAsync("other", $"{Worker} // {new string('x', 2_000_000)}"))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
            Assert.Contains("Make room on its disk", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        disk.MakeRoom();
        Assert.Equal((HttpStatusCode.OK, "served"), await GetAsync(server, "/put"));
        await server.DeployAsync("other", Worker);
    }

    private static async Task<string> DeployAsync(SupervisedServer server)
    {
        var ids = new List<string>();
        foreach (var title in (string[])["sound", "broken"]) ids.Add((await server.PostAsync("storage/kv/namespaces", $$"""{ "title": "{{title}}" }""")).GetProperty("id").GetString()!);
        await server.PostAsync("vectorize/v2/indexes", """{ "name": "vectors", "config": { "dimensions": 1, "metric": "cosine" } }""");
        using var deployed = await server.UploadAsync(
            "worker",
            """
            import { WorkflowEntrypoint } from "cloudflare:workers";
            export class Steps extends WorkflowEntrypoint { async run() {} }

            """ + Worker,
            $$"""
            [
              { "type": "kv_namespace", "name": "KV", "namespace_id": "{{ids[0]}}" },
              { "type": "kv_namespace", "name": "BROKEN", "namespace_id": "{{ids[1]}}" },
              { "type": "workflow", "name": "STEPS", "workflow_name": "steps", "class_name": "Steps" },
              { "type": "vectorize", "name": "VECTORS", "index_name": "vectors" }
            ]
            """);
        Assert.True(deployed.IsSuccessStatusCode, await deployed.Content.ReadAsStringAsync(Cancellation));
        await server.EnableAsync("worker");
        return ids[1];
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(SupervisedServer server, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Process.Port}{path}");
        request.Headers.Host = "worker.localhost";
        using var response = await _client.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
