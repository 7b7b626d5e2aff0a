using System.Text.Json.Nodes;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>The real wrangler deploys to a real <c>skep serve</c>.</summary>
public sealed class WranglerTests : IDisposable
{
    private const string Configuration = """
        { "name": "hello", "main": "src/index.ts", "compatibility_date": "2026-11-01", "vars": { "GREETING": "hi", "LIST": [1, 2] } }
        """;

    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_project_is_deployed_changed_split_and_rolled_back()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        Assert.Contains("Skep", await project.RunAsync("whoami"), StringComparison.Ordinal);

        project.Write("wrangler.jsonc", Configuration);
        project.Write("src/index.ts", Code(1));
        var deployed = await project.RunAsync("deploy");
        Assert.Contains("hello.localhost", deployed, StringComparison.Ordinal);
        Assert.Equal("""{"version":1,"greeting":"hi","list":[1,2],"secret":"none"}""", await GetAsync(server));

        await project.RunAsync("secret put SECRET", "hush");
        Assert.Equal("""{"version":1,"greeting":"hi","list":[1,2],"secret":"hush"}""", await GetAsync(server));
        Assert.Contains("SECRET", await project.RunAsync("secret list"), StringComparison.Ordinal);

        project.Write("src/index.ts", Code(2));
        await project.RunAsync("deploy --message second");
        Assert.StartsWith("""{"version":2,""", await GetAsync(server), StringComparison.Ordinal);

        project.Write("src/index.ts", Code(3));
        await project.RunAsync("versions upload --tag third");
        Assert.StartsWith("""{"version":2,""", await GetAsync(server), StringComparison.Ordinal);
        var versions = JsonNode.Parse(await project.RunAsync("versions list --json"))!.AsArray();
        string second = Id(versions[^2]!), third = Id(versions[^1]!);
        await project.RunAsync($"versions deploy {third}@50% {second}@50% -y");
        Assert.StartsWith("""{"version":3,""", await GetAsync(server, ("Cloudflare-Workers-Version-Overrides", $"hello=\"{third}\"")), StringComparison.Ordinal);
        Assert.StartsWith("""{"version":2,""", await GetAsync(server, ("Cloudflare-Workers-Version-Overrides", $"hello=\"{second}\"")), StringComparison.Ordinal);

        await project.RunAsync("rollback -y --message back");
        Assert.StartsWith("""{"version":2,""", await GetAsync(server), StringComparison.Ordinal);
        Assert.Contains(second, await project.RunAsync("deployments status"), StringComparison.Ordinal);

        await project.RunAsync("delete --force");
        using var gone = await SendAsync(server);
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Fact]
    public async Task What_was_deployed_is_there_after_a_crash()
    {
        WranglerProject project;
        await using (var server = await StartAsync())
        {
            project = new WranglerProject(server.Output);
            project.Write("wrangler.jsonc", Configuration);
            project.Write("src/index.ts", Code(1));
            await project.RunAsync("deploy");
            await project.RunAsync("secret put SECRET", "hush");
            server.Crash();
        }

        project.Dispose();
        await using var again = await StartAsync();
        Assert.Equal("""{"version":1,"greeting":"hi","list":[1,2],"secret":"hush"}""", await GetAsync(again));
    }

    [Fact]
    public async Task Code_that_does_not_start_is_refused_with_its_own_stack()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", Configuration);
        project.Write("src/index.ts", "const start = () => { throw new TypeError('not today'); };\nstart();\nexport default { fetch() {} };");
        var (exitCode, output) = await project.TryAsync("deploy");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("TypeError: not today", output, StringComparison.Ordinal);
        Assert.Contains("src/index.ts:1", output, StringComparison.Ordinal);
        using var response = await SendAsync(server);
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact]
    public async Task Routes_and_custom_domains_lead_to_the_worker()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """
            {
              "name": "routed", "main": "index.js", "compatibility_date": "2026-11-01", "workers_dev": false,
              "routes": [{ "pattern": "example.com/api/*", "zone_name": "example.com" }, { "pattern": "shop.example.net", "custom_domain": true }]
            }
            """);
        project.Write("index.js", "import text from './note.txt';\nexport default { fetch: (request) => new Response(text + request.url) };");
        project.Write("note.txt", "url: ");
        await project.RunAsync("deploy");
        Assert.Equal("url: http://example.com/api/x", await GetAsync(server, "example.com", "/api/x"));
        Assert.Equal("url: http://shop.example.net/any", await GetAsync(server, "shop.example.net", "/any"));
        using var elsewhere = await SendAsync(server, "example.com", "/other");
        Assert.Equal(404, (int)elsewhere.StatusCode);
        using var subdomain = await SendAsync(server, "routed.localhost");
        Assert.Equal(404, (int)subdomain.StatusCode);
    }

    [Fact]
    public async Task Two_workers_are_bound_by_RPC()
    {
        await using var server = await StartAsync();
        using var front = new WranglerProject(server.Output);
        front.Write("wrangler.jsonc", """
            {
              "name": "front", "main": "src/index.ts", "compatibility_date": "2026-11-01",
              "services": [{ "binding": "API", "service": "api" }, { "binding": "ADMIN", "service": "api", "entrypoint": "Admin", "props": { "user": "front" } }]
            }
            """);
        front.Write("src/index.ts", """
            export default {
              async fetch(request: Request, env: any): Promise<Response> {
                using counter = await env.API.counter(5);
                return Response.json([
                  await (await env.API.fetch(request)).text(), await env.API.add(1, 2), await counter.increment(), await env.API.counter(1).increment(),
                  await env.API.each([1, 2], (n: number) => n * 10), await env.ADMIN.who(),
                ]);
              },
            };
            """);
        var (code, refused) = await front.TryAsync("deploy");
        Assert.NotEqual(0, code);
        Assert.Contains("10143", refused, StringComparison.Ordinal);

        using var api = new WranglerProject(server.Output);
        api.Write("wrangler.jsonc", """{ "name": "api", "main": "src/index.ts", "compatibility_date": "2026-11-01" }""");
        api.Write("src/index.ts", ApiCode("one"));
        await api.RunAsync("deploy");
        await front.RunAsync("deploy");
        Assert.Equal("""["one /path",3,6,2,[10,20],"front"]""", await GetAsync(server, "front.localhost", "/path"));

        // The binding follows its target.
        api.Write("src/index.ts", ApiCode("two"));
        await api.RunAsync("deploy");
        Assert.StartsWith("""["two /path",3,""", await GetAsync(server, "front.localhost", "/path"), StringComparison.Ordinal);

        // CI says yes to the question whether a Worker that others use shall go.
        await api.RunAsync("delete");
        using var broken = await SendAsync(server, "front.localhost");
        Assert.Equal(500, (int)broken.StatusCode);
    }

    private static string ApiCode(string text) => $$"""
        import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
        class Counter extends RpcTarget {
          constructor(private value: number) { super(); }
          increment(): number { return ++this.value; }
        }
        export default class extends WorkerEntrypoint {
          fetch(request: Request): Response { return new Response("{{text}} " + new URL(request.url).pathname); }
          add(a: number, b: number): number { return a + b; }
          counter(value: number): Counter { return new Counter(value); }
          async each(list: number[], use: (n: number) => Promise<number>): Promise<number[]> {
            const out: number[] = [];
            for (const item of list) out.push(await use(item));
            return out;
          }
        }
        export class Admin extends WorkerEntrypoint {
          who(): string { return (this.ctx as any).props.user; }
        }
        """;

    private static string Code(int version) => $$"""
        interface Env { GREETING: string; LIST: number[]; SECRET?: string }
        export default {
          async fetch(request: Request, env: Env): Promise<Response> {
            return Response.json({ version: {{version}}, greeting: env.GREETING, list: env.LIST, secret: env.SECRET ?? "none" });
          },
        };
        """;

    private static string Id(JsonNode version) => version["id"]!.GetValue<string>();

    private Task<ServerProcess> StartAsync() => ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);

    private Task<string> GetAsync(ServerProcess server, params (string Name, string Value)[] headers) => GetAsync(server, "hello.localhost", "/", headers);

    private async Task<string> GetAsync(ServerProcess server, string host, string path, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(server, host, path, headers);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    private async Task<HttpResponseMessage> SendAsync(
        ServerProcess server, string host = "hello.localhost", string path = "/", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}{path}");
        request.Headers.Host = host;
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await _client.SendAsync(request, Cancellation);
    }
}
