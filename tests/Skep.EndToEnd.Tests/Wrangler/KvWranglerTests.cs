using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Skep.EndToEnd.Tests.Examples;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>KV by the real wrangler against a real <c>skep serve</c>.</summary>
public sealed partial class KvWranglerTests : IDisposable
{
    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Namespaces_and_keys_are_managed()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """{ "name": "kv", "main": "index.js", "compatibility_date": "2026-11-01" }""");
        var id = Id(await project.RunAsync("kv namespace create first"));
        var (again, refused) = await project.TryAsync("kv namespace create first");
        Assert.True(again != 0 && refused.Contains("already exists", StringComparison.Ordinal), refused);
        await project.RunAsync($"kv namespace rename --namespace-id {id} --new-name renamed");
        var listed = JsonNode.Parse(await project.RunAsync("kv namespace list"))!.AsArray();
        Assert.Equal((id, "renamed"), (listed.Single()!["id"]!.GetValue<string>(), listed.Single()!["title"]!.GetValue<string>()));

        await project.RunAsync($"""kv key put --namespace-id {id} --remote a/b%2Fc plain""");
        await project.RunAsync($$"""kv key put --namespace-id {{id}} --remote meta value --ttl 600 --metadata {"a":1}""");
        Assert.Equal("plain", (await project.RunAsync($"kv key get --namespace-id {id} --remote a/b%2Fc")).Trim());
        var keys = JsonNode.Parse(await project.RunAsync($"kv key list --namespace-id {id} --remote"))!.AsArray();
        Assert.Equal(["a/b%2Fc", "meta"], keys.Select(key => key!["name"]!.GetValue<string>()));
        Assert.Equal("""{"a":1}""", keys[1]!["metadata"]!.ToJsonString());
        Assert.Single(JsonNode.Parse(await project.RunAsync($"kv key list --namespace-id {id} --remote --prefix a/"))!.AsArray());
        await project.RunAsync($"kv key delete --namespace-id {id} --remote meta");
        var (missing, output) = await project.TryAsync($"kv key get --namespace-id {id} --remote meta");
        Assert.True(missing != 0 || output.Contains("not found", StringComparison.OrdinalIgnoreCase), output);

        // More than a page of 1,000.
        project.Write("pairs.json", new JsonArray([.. Enumerable.Range(0, 2100).Select(number => new JsonObject { ["key"] = $"k{number:0000}", ["value"] = $"{number}" })]).ToJsonString());
        await project.RunAsync($"kv bulk put --namespace-id {id} --remote pairs.json");
        Assert.Equal(2101, JsonNode.Parse(await project.RunAsync($"kv key list --namespace-id {id} --remote"))!.AsArray().Count);
        project.Write("keys.json", """["k0007", "none"]""");
        var read = await project.RunAsync($"kv bulk get --namespace-id {id} --remote keys.json");
        Assert.Contains("\"k0007\": \"7\"", read, StringComparison.Ordinal);
        project.Write("all.json", new JsonArray([.. Enumerable.Range(0, 2100).Select(number => JsonValue.Create($"k{number:0000}"))]).ToJsonString());
        await project.RunAsync($"kv bulk delete --namespace-id {id} --remote all.json --force");
        Assert.Single(JsonNode.Parse(await project.RunAsync($"kv key list --namespace-id {id} --remote"))!.AsArray());
        await project.RunAsync($"kv namespace delete --namespace-id {id} --skip-confirmation");
        Assert.Empty(JsonNode.Parse(await project.RunAsync("kv namespace list"))!.AsArray());
    }

    [Fact]
    public async Task A_Hono_API_with_KV_is_deployed_and_its_namespace_made()
    {
        var example = new Example("todo");
        await example.InstallPackages(Cancellation);
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        foreach (var file in (string[])["wrangler.jsonc", "package.json", "src/index.ts"]) project.Write(file, await File.ReadAllTextAsync(Path.Combine(example.Folder, file), Cancellation));
        project.Link("node_modules", Path.Combine(example.Folder, "node_modules"));
        await project.RunAsync("deploy");
        await PostAsync(server, """{"id":"milk","title":"Buy milk"}""");

        // Again: the binding without an id is the one of before.
        await project.RunAsync("deploy");
        Assert.Equal("""{"todos":[{"id":"milk","title":"Buy milk","done":false}],"list_complete":true}""", await GetAsync(server, "/todos"));
        var listed = JsonNode.Parse(await project.RunAsync("kv namespace list"))!.AsArray();
        Assert.Equal("todo-example-todos", listed.Single()!["title"]!.GetValue<string>());

        // What the Worker wrote, the command line reads, and the other way round.
        Assert.Contains("Buy milk", await project.RunAsync("kv key get --binding TODOS --remote todo:milk"), StringComparison.Ordinal);
        await project.RunAsync("""kv key put --binding TODOS --remote todo:milk {"title":"Changed","done":true}""");
        Assert.Equal("""{"title":"Changed","done":true}""", await GetAsync(server, "/todos/milk"));
        await project.RunAsync("delete --force");
    }

    [Fact]
    public async Task A_rate_limiter_is_deployed()
    {
        await using var server = await StartAsync();
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """
            {
              "name": "todo-example", "main": "index.js", "compatibility_date": "2026-11-01",
              "ratelimits": [{ "name": "LIMITER", "namespace_id": "1001", "simple": { "limit": 1, "period": 60 } }]
            }
            """);
        // Ten at once: were a minute to end among them, one more would pass, not nine.
        project.Write("index.js", """
            export default {
              async fetch(request, env) {
                const outcomes = await Promise.all(Array.from({ length: 10 }, () => env.LIMITER.limit({ key: "a" })));
                return Response.json(outcomes.filter((outcome) => outcome.success).length <= 2);
              },
            };
            """);
        await project.RunAsync("deploy");
        Assert.Equal("true", await GetAsync(server, "/"));
    }

    private static string Id(string output) => NamespaceId().Match(output).Groups["id"].Value;

    [GeneratedRegex("\"id\": \"(?<id>[0-9a-f]{32})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamespaceId();

    private Task<ServerProcess> StartAsync() => ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);

    private Task<string> GetAsync(ServerProcess server, string path) => SendAsync(server, HttpMethod.Get, path, null);

    private Task<string> PostAsync(ServerProcess server, string body) => SendAsync(server, HttpMethod.Post, "/todos", body);

    private async Task<string> SendAsync(ServerProcess server, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{server.Port}{path}");
        request.Headers.Host = "todo-example.localhost";
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
