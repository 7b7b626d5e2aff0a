using System.Text.Json;
using Skep.EndToEnd.Tests.Dev;

namespace Skep.EndToEnd.Tests.LocalData;

/// <summary>The commands about a project's data, alone and beside <c>skep dev</c>.</summary>
public sealed class LocalDataTests : DevTest
{
    public LocalDataTests()
    {
        Project.Write("wrangler.jsonc", """
            {
              "name": "local-data", "main": "index.js", "compatibility_date": "2026-11-01",
              "d1_databases": [{ "binding": "DB", "database_name": "shop", "database_id": "0d1" }],
              "kv_namespaces": [{ "binding": "KV", "id": "0af", "preview_id": "0bf" }],
              "r2_buckets": [{ "binding": "FILES", "bucket_name": "files" }]
            }
            """);
        Project.Write("index.js", """
            export default {
              async fetch(request, env) {
                await env.KV.put("worker", "was here", { metadata: { by: "the Worker" } });
                return Response.json({
                  goods: (await env.DB.prepare("SELECT name FROM goods ORDER BY name").raw()).flat(),
                  kv: await env.KV.getWithMetadata("command"),
                  file: await (await env.FILES.get("a/b.txt"))?.text(),
                });
              },
            };
            """);
    }

    [Fact]
    public async Task A_project_is_filled_before_its_first_start_and_looked_into_while_it_runs()
    {
        Project.Write("migrations/0001_goods.sql", "CREATE TABLE goods (name TEXT PRIMARY KEY);\nINSERT INTO goods VALUES ('apple');\n");
        Assert.Contains("0001_goods.sql", await DoAsync("d1", "migrations", "list", "shop"), StringComparison.Ordinal);
        Assert.Contains("✅", await DoAsync("d1", "migrations", "apply", "shop", "--local"), StringComparison.Ordinal);
        Assert.Contains("No migrations to apply", await DoAsync("d1", "migrations", "apply", "DB"), StringComparison.Ordinal);
        await DoAsync("kv", "key", "put", "command", "value", "--binding", "KV", "--metadata", """{"n":1}""", "--ttl", "3600");
        var text = Project.Write("text.txt", "hello");
        await DoAsync("r2", "object", "put", "files/a/b.txt", "--file", text, "--content-type", "text/plain");

        await using (var server = await StartAsync())
        {
            Assert.Equal("""{"goods":["apple"],"kv":{"value":"value","metadata":{"n":1},"cacheStatus":null},"file":"hello"}""", await GetAsync(server));

            // What the Worker has written, and what it gets to see.
            Assert.Equal("was here", await DoAsync("kv", "key", "get", "worker", "--binding", "KV"));
            var rows = await JsonAsync("d1", "execute", "shop", "--json", "--command", "INSERT INTO goods VALUES ('pear'); SELECT name FROM goods ORDER BY name");
            Assert.Equal("""[[],[{"name":"apple"},{"name":"pear"}]]""", Compact(rows.EnumerateArray().Select(each => each.GetProperty("results"))));
            await DoAsync("r2", "object", "put", "files/a/b.txt", "--file", Project.Write("text.txt", "changed"));
            await DoAsync("kv", "key", "put", "command", "new", "--namespace-id", "0bf");
            Assert.Equal("""{"goods":["apple","pear"],"kv":{"value":"new","metadata":null,"cacheStatus":null},"file":"changed"}""", await GetAsync(server));
            await DoAsync("r2", "object", "delete", "files/a/b.txt");
        }

        // And again without it.
        var keys = await JsonAsync("kv", "key", "list", "--binding", "KV", "--prefix", "w");
        Assert.Equal("""[{"name":"worker","metadata":{"by":"the Worker"}}]""", Compact(keys));
        await DoAsync("kv", "key", "delete", "worker", "--binding", "KV");
        Assert.Equal("Value not found\n", await DoAsync("kv", "key", "get", "worker", "--binding", "KV"));
        var (code, output) = await RunAsync("r2", "object", "get", "files/a/b.txt", "--pipe");
        Assert.Equal((1, true), (code, output.Contains("The specified key does not exist.", StringComparison.Ordinal)));
        await DoAsync("d1", "export", "shop", "--output", Path.Combine(Project.Folder, "dump.sql"), "--no-schema", "--table", "goods");
        Assert.Equal(
            ["INSERT INTO \"goods\" (\"name\") VALUES('apple');", "INSERT INTO \"goods\" (\"name\") VALUES('pear');"],
            File.ReadLines(Path.Combine(Project.Folder, "dump.sql")).Where(line => line.StartsWith("INSERT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_first_start_of_a_project_with_data_does_not_load_it_twice()
    {
        await using var server = await StartAsync();
        await server.Printed("ready in", Cancellation);
        Assert.True(Directory.Exists(Path.Combine(Project.Folder, ".skep")));
        Project.Write("index.js", "export default { fetch: () => new Response('changed') };");
        await server.Printed("reloaded in", Cancellation);
        var line = Assert.Single(server.Output.Split('\n'), line => line.Contains("reloaded in", StringComparison.Ordinal));
        Assert.EndsWith("index.js", line.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_and_stops_those_after_it()
    {
        Project.Write("migrations/0001_good.sql", "CREATE TABLE a (x);");
        Project.Write("migrations/0002_bad.sql", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);");
        Project.Write("migrations/0003_after.sql", "CREATE TABLE c (x);");
        var (code, output) = await RunAsync("d1", "migrations", "apply", "shop");
        Assert.Equal(1, code);
        Assert.Contains("Migration 0002_bad.sql failed with the following errors:\n  no such table: nowhere", output, StringComparison.Ordinal);
        var tables = await JsonAsync("d1", "execute", "shop", "--json", "--command", "SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'c')");
        Assert.Equal("""[{"name":"a"}]""", Compact(tables[0].GetProperty("results")));
        Assert.DoesNotContain("0001_good.sql", await DoAsync("d1", "migrations", "list", "shop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_file_of_SQL_is_run_as_it_is_read()
    {
        var file = Project.Write("seed.sql", "CREATE TABLE t (x);\n" + string.Concat(Enumerable.Range(0, 15_000).Select(i => $"INSERT INTO t VALUES ('{i:D80}');\n")));
        var done = await JsonAsync("d1", "execute", "shop", "--json", "--file", file);
        Assert.Equal(15_001, done[0].GetProperty("results")[0].GetProperty("Total queries executed").GetInt32());
        var count = await JsonAsync("d1", "execute", "shop", "--json", "--command", "SELECT count(*) AS n FROM t");
        Assert.Equal(15_000, count[0].GetProperty("results")[0].GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Commands_at_the_same_time_wait_for_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => DoAsync("kv", "key", "put", $"key{i}", "value", "--binding", "KV")));
        Assert.Equal(6, (await JsonAsync("kv", "key", "list", "--binding", "KV")).GetArrayLength());
    }

    [Theory]
    [InlineData("Couldn't find a D1 DB with the name or binding 'shoop' in your wrangler.jsonc file. There is shop (DB).", "d1", "execute", "shoop", "--command", "SELECT 1")]
    [InlineData("Missing required option --command or --file.", "d1", "execute", "shop")]
    [InlineData("Error: can't provide both --command and --file.", "d1", "execute", "shop", "--command", "SELECT 1", "--file", "x.sql")]
    [InlineData("--file: there is no file x.sql", "d1", "execute", "shop", "--file", "x.sql")]
    [InlineData("The database is missing: skep d1 execute [database].", "d1", "execute")]
    [InlineData("npx wrangler d1 execute --remote", "d1", "execute", "shop", "--remote", "--command", "SELECT 1")]
    [InlineData("--output FILE is missing", "d1", "export", "shop")]
    [InlineData("Cannot use --no-schema and --no-data together.", "d1", "export", "shop", "--output", "x.sql", "--no-schema", "--no-data")]
    [InlineData("Name the namespace, with one of --binding and --namespace-id. There is KV (0bf).", "kv", "key", "get", "key")]
    [InlineData("wrangler.jsonc has no KV namespace with the binding \"VK\".", "kv", "key", "get", "key", "--binding", "VK")]
    [InlineData("wrangler.jsonc has no KV namespace with the id \"0cf\".", "kv", "key", "get", "key", "--namespace-id", "0cf")]
    [InlineData("--metadata must be a JSON object. Received: 1", "kv", "key", "put", "key", "value", "--binding", "KV", "--metadata", "1")]
    [InlineData("The value is missing", "kv", "key", "put", "key", "--binding", "KV")]
    [InlineData("The object path must be in the form of {bucket}/{key} you provided files", "r2", "object", "get", "files")]
    [InlineData("wrangler.jsonc has no R2 bucket \"flies\". There is files.", "r2", "object", "get", "flies/x")]
    [InlineData("Either the --file or --pipe options are required.", "r2", "object", "put", "files/x")]
    [InlineData("leads out of this folder", "r2", "object", "get", "files/../../x")]
    [InlineData("skep kv key put, skep kv key get, skep kv key list, skep kv key delete", "kv", "key")]
    [InlineData("There is no configuration file nope.jsonc", "kv", "key", "list", "--binding", "KV", "--config", "nope.jsonc")]
    public async Task A_mistake_is_explained(string text, params string[] arguments)
    {
        var (code, output) = await ServerProcess.RunIn(Project.Folder, Cancellation, arguments);
        Assert.NotEqual(0, code);
        Assert.Contains(text, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Project.Folder, ".skep", "state", "kv")));
    }

    private async Task<string> DoAsync(params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonElement.Parse(await DoAsync(arguments));

    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => ServerProcess.RunIn(Project.Folder, Cancellation, arguments);

    private static string Compact<T>(T value) => JsonSerializer.Serialize(value);
}
