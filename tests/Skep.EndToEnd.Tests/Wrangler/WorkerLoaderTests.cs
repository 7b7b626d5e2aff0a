namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>Dynamic Workers: deployed by the real wrangler, and under development.</summary>
public sealed class WorkerLoaderTests : IDisposable
{
    private const string Configuration = """{ "name": "host", "main": "index.js", "compatibility_date": "2026-01-01", "worker_loaders": [{ "binding": "LOADER" }] }""";

    private const string Code =
        """
        import { WorkerEntrypoint } from "cloudflare:workers";
        export class Tools extends WorkerEntrypoint { shout(text) { return `${text.toUpperCase()}${this.ctx.props.mark}`; } }
        export default { async fetch(request, env, ctx) {
          const worker = env.LOADER.get(new URL(request.url).pathname, async () => ({
            compatibilityDate: "2026-01-01", mainModule: "agent.js", globalOutbound: null,
            modules: { "agent.js": "let n = 0; export default { async fetch(r, env) { return new Response(`${++n} ${await env.TOOLS.shout('hi')} ${await fetch('http://x/').catch(e => e.message.slice(0, 28))}`) } }" },
            env: { TOOLS: ctx.exports.Tools({ props: { mark: "!" } }) },
          }));
          return worker.getEntrypoint().fetch(request);
        } };
        """;

    private readonly TemporaryProject _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_deployed_worker_loads_others()
    {
        await using var server = await ServerProcess.Serve(Path.Combine(_folder.Folder, "data"), Cancellation, "--processes", "1");
        using WranglerProject project = new(server.Output);
        project.Write("wrangler.jsonc", Configuration);
        project.Write("index.js", Code);
        Assert.Contains("Worker Loader", await project.RunAsync("deploy"), StringComparison.Ordinal);
        Assert.Equal("1 HI! This worker is not permitted", await GetAsync(server, "/a", "host.localhost"));
        Assert.Equal("2 HI! This worker is not permitted", await GetAsync(server, "/a", "host.localhost"));
        Assert.Equal("1 HI! This worker is not permitted", await GetAsync(server, "/b", "host.localhost"));
    }

    [Fact]
    public async Task A_worker_under_development_loads_others()
    {
        var configuration = _folder.Write("wrangler.jsonc", Configuration);
        _folder.Write("index.js", Code);
        await using var server = await ServerProcess.Start(Cancellation, "dev", "-c", configuration);
        Assert.Equal("1 HI! This worker is not permitted", await GetAsync(server, "/a", "localhost"));
    }

    private static async Task<string> GetAsync(ServerProcess server, string path, string host)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Port}{path}") { Headers = { Host = host } };
        using var response = await client.SendAsync(request, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
