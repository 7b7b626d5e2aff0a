namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>The real wrangler tails a deployed Worker, and what it used is known after a restart.</summary>
public sealed class TailTests : IDisposable
{
    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string DataFolder => Path.Combine(_data.Folder, "data");

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Logs_are_tailed_filtered_and_metered()
    {
        var log = Path.Combine(_data.Folder, "requests.jsonl");
        await using (var server = await ServerProcess.Serve(DataFolder, Cancellation, "--request-log", log))
        {
            using var project = new WranglerProject(server.Output);
            project.Write("wrangler.jsonc", """{ "name": "talker", "main": "src/index.ts", "compatibility_date": "2026-11-01", "upload_source_maps": true }""");
            project.Write("src/index.ts", """
                interface Said { path: string }
                export default {
                  async fetch(request: Request): Promise<Response> {
                    const said: Said = { path: new URL(request.url).pathname };
                    console.log("said", said);
                    if (said.path === "/no") throw new TypeError("no such thing");
                    return new Response("ok");
                  },
                };
                """);
            await project.RunAsync("deploy");

            using var all = project.Start("tail --format json");
            using var failures = project.Start("tail talker --format pretty --status error --search said");
            await failures.PrintedAsync("Connected to talker");
            await all.PrintedAsync("\"path\": \"/yes\"", () => GetAsync(server, "/yes"));
            await GetAsync(server, "/no");
            await all.PrintedAsync("\"name\": \"TypeError\"");
            await all.PrintedAsync("src/index.ts:6");
            await all.PrintedAsync("\"authorization\": \"REDACTED\"");
            await failures.PrintedAsync("no such thing");
            Assert.Contains("/no - Exception Thrown", failures.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("/yes", failures.Output, StringComparison.Ordinal);
        }

        var (exitCode, metrics) = await ServerProcess.Run(Cancellation, "worker", "metrics", "--data", DataFolder, "--name", "talker", "--granularity", "day");
        Assert.True(exitCode == 0, metrics);
        Assert.Contains(" 1 failed", metrics, StringComparison.Ordinal);
        var (_, list) = await ServerProcess.Run(Cancellation, "worker", "list", "--data", DataFolder);
        Assert.Contains("talker", list, StringComparison.Ordinal);
        Assert.Contains("\"path\":\"/no\",\"status\":500,\"worker\":\"talker\"", await File.ReadAllTextAsync(log, Cancellation), StringComparison.Ordinal);
    }

    private async Task GetAsync(ServerProcess server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}{path}");
        request.Headers.Host = "talker.localhost";
        request.Headers.Add("Authorization", "Bearer hush");
        using var response = await _client.SendAsync(request, Cancellation);
    }
}
