namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>Workers for Platforms with the real wrangler, in worker processes.</summary>
public sealed class DispatchNamespaceTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task User_workers_are_uploaded_and_dispatched_to()
    {
        await using var server = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
        using var outbound = Project(server, """{ "name": "outbound", "main": "index.js", "compatibility_date": "2026-01-01" }""",
            "export default { fetch: (request, env) => new Response(`${env.customer} asks ${request.url}`) };");
        using var dispatcher = Project(server,
            """
            { "name": "dispatcher", "main": "index.js", "compatibility_date": "2026-01-01",
              "dispatch_namespaces": [{ "binding": "DISPATCHER", "namespace": "customers", "outbound": { "service": "outbound", "parameters": ["customer"] } }] }
            """,
            """
            export default { async fetch(request, env) {
              const [, name, ...rest] = new URL(request.url).pathname.split("/");
              try {
                const user = env.DISPATCHER.get(name, {}, { limits: { cpuMs: 100 }, outbound: { customer: name } });
                return rest[0] === "rpc" ? new Response(await user.greet("Bob")) : await user.fetch(request);
              } catch (e) { return new Response(e.message, { status: 404 }); }
            } };
            """);
        using var user = Project(server, """{ "name": "alice", "main": "index.js", "compatibility_date": "2026-01-01", "vars": { "WHO": "Alice" } }""",
            """
            import { WorkerEntrypoint } from "cloudflare:workers";
            export default class extends WorkerEntrypoint {
              fetch(request) { return request.url.endsWith("/out") ? fetch("https://origin.example/") : new Response(this.env.WHO); }
              greet(name) { return `Hello ${name}`; }
            }
            """);
        Assert.Contains("Created dispatch namespace \"customers\"", await outbound.RunAsync("dispatch-namespace create customers"), StringComparison.Ordinal);
        await outbound.RunAsync("deploy");
        await dispatcher.RunAsync("deploy");
        Assert.Equal("Worker not found.", await GetAsync(server, "/alice"));
        Assert.Contains("Dispatch Namespace: customers", await user.RunAsync("deploy --dispatch-namespace customers"), StringComparison.Ordinal);
        Assert.Equal("Alice", await GetAsync(server, "/alice"));
        Assert.Equal("Hello Bob", await GetAsync(server, "/alice/rpc"));
        Assert.Equal("alice asks https://origin.example/", await GetAsync(server, "/alice/out"));

        // A further upload is in effect when wrangler ends, and the namespace is not a host.
        user.Write("index.js", "export default { fetch: () => new Response('second') };");
        await user.RunAsync("deploy --dispatch-namespace customers");
        Assert.Equal("second", await GetAsync(server, "/alice"));
        Assert.Contains("No worker answers", await GetAsync(server, "/", "alice.localhost"), StringComparison.Ordinal);

        await outbound.RunAsync("dispatch-namespace rename customers people");
        Assert.Contains("namespace_name: 'people'", await outbound.RunAsync("dispatch-namespace get people"), StringComparison.Ordinal);
        Assert.Equal("second", await GetAsync(server, "/alice"));
        Assert.Contains("people", await outbound.RunAsync("dispatch-namespace list"), StringComparison.Ordinal);
        await outbound.RunAsync("dispatch-namespace delete people");
        Assert.Equal("Worker not found.", await GetAsync(server, "/alice"));
    }

    private static WranglerProject Project(ServerProcess server, string configuration, string code)
    {
        WranglerProject project = new(server.Output);
        project.Write("wrangler.jsonc", configuration);
        project.Write("index.js", code);
        return project;
    }

    private static async Task<string> GetAsync(ServerProcess server, string path, string host = "dispatcher.localhost")
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"http://127.0.0.1:{server.Port}{path}"));
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
