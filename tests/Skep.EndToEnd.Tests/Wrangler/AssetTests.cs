using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>The real wrangler deploys static assets to a real <c>skep serve</c>.</summary>
public sealed class AssetTests : IDisposable
{
    private const string Site = """{ "name": "site", "compatibility_date": "2026-11-01", "assets": { "directory": "public", "not_found_handling": "404-page" } }""";

    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_Worker_with_assets_and_a_fallback_for_its_application()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """
            {
              "name": "app", "main": "src/index.ts", "compatibility_date": "2026-11-01",
              "assets": { "directory": "dist", "binding": "ASSETS", "not_found_handling": "single-page-application", "run_worker_first": ["/api/*"] }
            }
            """);
        project.Write("src/index.ts", """
            export default {
              async fetch(request: Request, env: { ASSETS: Fetcher }): Promise<Response> {
                const asset = await env.ASSETS.fetch(new URL("/data.json", request.url));
                return Response.json({ path: new URL(request.url).pathname, data: await asset.json(), type: asset.headers.get("content-type"), kind: env.ASSETS.constructor.name });
              },
            };
            """);
        project.Write("dist/index.html", "<!doctype html><title>app</title>");
        project.Write("dist/data.json", """{"answer":42}""");
        project.Write("dist/assets/main.js", "console.log('hi');");
        project.Write("dist/_headers", "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n");
        project.Write("dist/_redirects", "/old /new 301\n");
        var output = await project.RunAsync("deploy");
        Assert.Contains("app.localhost", output, StringComparison.Ordinal);

        Assert.Equal("200 <!doctype html><title>app</title>", await GetAsync(server, "app", "/"));
        Assert.Equal("200 <!doctype html><title>app</title>", await GetAsync(server, "app", "/some/route"));
        Assert.Equal("301 /new", await GetAsync(server, "app", "/old"));
        Assert.Equal("""200 {"path":"/api/x","data":{"answer":42},"type":"application/json","kind":"Fetcher"}""", await GetAsync(server, "app", "/api/x"));
        using var script = await SendAsync(server, "app", "/assets/main.js");
        Assert.Equal(TimeSpan.FromDays(365), script.Headers.CacheControl!.MaxAge);
        Assert.Equal("text/javascript; charset=utf-8", script.Content.Headers.ContentType!.ToString());
        using var again = await SendAsync(server, "app", "/assets/main.js", ("If-None-Match", script.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task A_site_without_a_Worker_is_deployed_changed_and_rolled_back()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", Site);
        project.Write("public/index.html", "one");
        project.Write("public/about.html", "about");
        project.Write("public/404.html", "nothing here");
        Assert.Contains("Found 3 new or modified static asset", await project.RunAsync("deploy"), StringComparison.Ordinal);
        Assert.Equal("200 one", await GetAsync(server, "site", "/"));
        Assert.Equal("200 about", await GetAsync(server, "site", "/about"));
        Assert.Equal("307 /about", await GetAsync(server, "site", "/about.html"));
        Assert.Equal("404 nothing here", await GetAsync(server, "site", "/none"));

        project.Write("public/index.html", "two");
        Assert.Contains("Found 1 new or modified static asset", await project.RunAsync("deploy"), StringComparison.Ordinal);
        Assert.Equal("200 two", await GetAsync(server, "site", "/"));
        Assert.Contains("No updated asset files", await project.RunAsync("deploy"), StringComparison.Ordinal);

        await project.RunAsync("rollback -y --message back");
        var versions = JsonNode.Parse(await project.RunAsync("versions list --json"))!.AsArray();
        await project.RunAsync($"versions deploy {versions[0]!["id"]!.GetValue<string>()}@100% -y");
        Assert.Equal("200 one", await GetAsync(server, "site", "/"));
    }

    [Fact]
    public async Task A_version_that_is_not_deployed_has_a_preview()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", Site);
        project.Write("public/index.html", "live");
        await project.RunAsync("deploy");
        project.Write("public/index.html", "next");
        var output = await project.RunAsync("versions upload --preview-alias next");
        var id = JsonNode.Parse(await project.RunAsync("versions list --json"))!.AsArray()[^1]!["id"]!.GetValue<string>();
        Assert.Contains($"Version Preview URL: https://{id[..8]}-site.localhost", output, StringComparison.Ordinal);
        Assert.Contains("Version Preview Alias URL: https://next-site.localhost", output, StringComparison.Ordinal);
        Assert.Equal("200 live", await GetAsync(server, "site", "/"));
        Assert.Equal("200 next", await GetAsync(server, $"{id[..8]}-site", "/"));
        Assert.Equal("200 next", await GetAsync(server, "next-site", "/"));
    }

    [Fact]
    public async Task An_upload_that_a_crash_interrupts_goes_on_after_the_restart_and_nothing_half_is_served()
    {
        var port = PortToComeBackTo();
        await using var crashed = await StartAsync("--control-port", port);
        using var project = new WranglerProject(crashed.Output);
        project.Write("wrangler.jsonc", Site);
        project.Write("public/index.html", "one");
        await project.RunAsync("deploy");
        project.Write("public/index.html", "two");
        project.Write("public/404.html", "no");
        for (var i = 0; i < 60; i++) project.Write($"public/{i}.bin", i + new string('x', 1_000_000));
        var deploying = project.TryAsync("deploy");
        var unfinished = Path.Combine(_data.Folder, "data", "assets", "new");
        while (Directory.GetFiles(unfinished).Length == 0 && !deploying.IsCompleted) await Task.Delay(1, Cancellation);
        crashed.Crash();

        // At the same address: wrangler tries again, with the token that it has.
        await using var server = await StartAsync("--control-port", port);
        var meanwhile = await GetAsync(server, "site", "/");
        Assert.Contains(meanwhile, new[] { "200 one", "200 two" });
        if (meanwhile == "200 two") Assert.StartsWith("200 59", await GetAsync(server, "site", "/59.bin"), StringComparison.Ordinal);
        var (exitCode, output) = await deploying;
        Assert.True(exitCode == 0, output);
        Assert.Equal("200 two", await GetAsync(server, "site", "/"));
        Assert.StartsWith("200 59", await GetAsync(server, "site", "/59.bin"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(unfinished));
    }

    // Below those that systems give to whoever asks for any: nobody takes it between the two servers.
    private static string PortToComeBackTo()
    {
        for (;;)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return $"{port}";
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }

    private Task<ServerProcess> StartAsync(params IEnumerable<string> options) => ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation, options);

    private async Task<string> GetAsync(ServerProcess server, string name, string path)
    {
        using var response = await SendAsync(server, name, path);
        var what = response.Headers.Location?.ToString() ?? await response.Content.ReadAsStringAsync(Cancellation);
        return $"{(int)response.StatusCode} {what}";
    }

    private async Task<HttpResponseMessage> SendAsync(ServerProcess server, string name, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}{path}");
        request.Headers.Host = $"{name}.localhost";
        foreach (var (header, value) in headers) request.Headers.Add(header, value);
        return await _client.SendAsync(request, Cancellation);
    }
}
