using System.Text.Json.Nodes;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>D1 by the real wrangler against a real <c>skep serve</c> with worker processes.</summary>
public sealed class D1WranglerTests : IDisposable
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
    public async Task Databases_are_made_migrated_filled_exported_and_taken_back_in_time()
    {
        await using (var server = await StartAsync()) await ManageAsync(server);

        // What is there outlives the server.
        await using var next = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);
        Assert.Equal("""[[{"name":"IT'S; BREAD"},{"name":"MILK"}],"skep"]""", await GetAsync(next));
    }

    private async Task ManageAsync(ServerProcess server)
    {
        using var project = new WranglerProject(server.Output);
        project.Write("wrangler.jsonc", """
            {
              "name": "d1", "main": "index.js", "compatibility_date": "2026-11-01",
              "d1_databases": [{ "binding": "DB", "database_name": "shop" }]
            }
            """);
        project.Write("index.js", """
            export default {
              async fetch(request, env) {
                const { results, meta } = await env.DB.prepare("SELECT name FROM goods WHERE price < ? ORDER BY name").bind(3).all();
                return Response.json([results, meta.served_by]);
              },
            };
            """);
        // The binding without an id: its database is made.
        await project.RunAsync("deploy");
        Assert.Equal("shop", (string)JsonNode.Parse(await project.RunAsync("d1 list --json"))!.AsArray().Single()!["name"]!);
        var (again, refused) = await project.TryAsync("d1 create shop");
        Assert.True(again != 0 && refused.Contains("already exists", StringComparison.Ordinal), refused);

        project.Write("migrations/0001_goods.sql", """
            -- What there is to buy.
            CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, price REAL);
            CREATE TRIGGER upper AFTER INSERT ON goods BEGIN
              UPDATE goods SET name = upper(name) WHERE id = new.id;
            END;
            """);
        project.Write("migrations/0002_wrong.sql", "CREATE TABLE half (a); NONSENSE;");
        var (failed, output) = await project.TryAsync("d1 migrations apply shop --remote");
        Assert.True(failed != 0 && output.Contains("near \"NONSENSE\": syntax error", StringComparison.Ordinal), output);
        var pending = await project.RunAsync("d1 migrations list shop --remote");
        Assert.True(pending.Contains("0002_wrong.sql", StringComparison.Ordinal) && !pending.Contains("0001_goods.sql", StringComparison.Ordinal), pending);
        project.Write("migrations/0002_wrong.sql", "CREATE TABLE half (a);");
        await project.RunAsync("d1 migrations apply shop --remote");

        project.Write("goods.sql", "INSERT INTO goods (name, price) VALUES ('milk', 1.5), ('it''s; bread', 2);\nINSERT INTO goods (name, price) VALUES ('cheese', 10);\n");
        var imported = JsonNode.Parse(Json(await project.RunAsync("d1 execute shop --remote --json --file goods.sql")))!;
        Assert.Equal(2, (int)imported[0]!["results"]![0]!["Total queries executed"]!);
        Assert.Equal("""[[{"name":"IT'S; BREAD"},{"name":"MILK"}],"skep"]""", await GetAsync(server));

        var bookmark = (string)JsonNode.Parse(await project.RunAsync("d1 time-travel info shop --json"))!["bookmark"]!;
        await project.RunAsync("d1 execute shop --remote --command DELETE\tFROM\tgoods");
        Assert.Equal("""[[],"skep"]""", await GetAsync(server));
        await project.RunAsync($"d1 time-travel restore shop --bookmark={bookmark}");
        Assert.Equal("""[[{"name":"IT'S; BREAD"},{"name":"MILK"}],"skep"]""", await GetAsync(server));

        await project.RunAsync("d1 export shop --remote --output dump.sql");
        await project.RunAsync("d1 create copy");
        await project.RunAsync("d1 execute copy --remote --file dump.sql");
        var copied = JsonNode.Parse(Json(await project.RunAsync("d1 execute copy --remote --json --command SELECT\tcount(*)\tc\tFROM\tgoods")))!;
        Assert.Equal(3, (int)copied[0]!["results"]![0]!["c"]!);
        var info = JsonNode.Parse(Json(await project.RunAsync("d1 info copy --json")))!;
        Assert.True((int)info["num_tables"]! >= 3 && (long)info["database_size"]! > 0, info.ToJsonString());
        await project.RunAsync("d1 delete copy -y");
    }

    // Some commands say what they do before they print JSON.
    private static string Json(string output) => output[Math.Max(0, Math.Max(output.LastIndexOf("\n[", StringComparison.Ordinal), output.LastIndexOf("\n{", StringComparison.Ordinal)))..];

    private Task<ServerProcess> StartAsync() => ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation);

    private async Task<string> GetAsync(ServerProcess server)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/");
        request.Headers.Host = "d1.localhost";
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
