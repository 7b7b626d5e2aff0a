using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.D1;

/// <summary>D1 databases over the API.</summary>
public sealed class D1DatabaseTests
{
    private const string Root = "d1/database";

    [Fact]
    public async Task A_database_is_made_found_by_id_and_name_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        var id = await MakeAsync(control, "first");
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal((7502, "Database with this name already exists"), await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json("""{ "name": "first" }""")));
        await RunAsync(control, "first", "CREATE TABLE t (a)");
        foreach (var key in (string[])[id, "first", "first?fields=uuid,name"])
        {
            var found = await control.ResultAsync(HttpMethod.Get, $"{Root}/{key}");
            Assert.Equal((id, "first", "production", 1, 8192, "disabled"), ((string)found["uuid"]!, (string)found["name"]!, (string)found["version"]!, (int)found["num_tables"]!, (int)found["file_size"]!, (string)found["read_replication"]!["mode"]!));
        }

        await control.ResultOrNullAsync(HttpMethod.Delete, $"{Root}/{id}");
        Assert.Equal((7404, "The database first could not be found"), await control.ErrorAsync(HttpMethod.Get, $"{Root}/first"));
        Assert.Equal(["d1.delete", "d1.create"], (await control.Catalog.ListAuditAsync(2)).Select(entry => entry.Action));
        Assert.NotEqual(id, await MakeAsync(control, "first"));
        Assert.Empty((await RunAsync(control, "first", "SELECT * FROM sqlite_master"))[0]!["results"]!.AsArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("b5cf5e48-5a0f-4d6e-9c1b-2a3f4d5e6f70")]
    public async Task A_name_that_would_confuse_is_refused(string name)
    {
        await using var control = await TestControl.StartAsync();
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "{{name}}" }"""))).Code);
    }

    // wrangler asks until a page is not full: a list that never ends would hang it.
    [Fact]
    public async Task The_list_ends()
    {
        await using var control = await TestControl.StartAsync();
        foreach (var name in (string[])["a", "b", "c"]) await MakeAsync(control, name);
        Assert.Equal(["c", "b"], await NamesAsync(control, "?per_page=2&page=1"));
        Assert.Equal(["a"], await NamesAsync(control, "?per_page=2&page=2"));
        Assert.Empty(await NamesAsync(control, "?per_page=2&page=3"));
        Assert.Equal(["b"], await NamesAsync(control, "?name=B"));
        Assert.Equal(10004, (await control.ErrorAsync(HttpMethod.Get, Root + "?per_page=0")).Code);
    }

    [Fact]
    public async Task Statements_of_a_text_have_a_result_each_and_are_one_transaction()
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "db");
        var results = await RunAsync(control, "db", "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT a FROM t;");
        Assert.Equal(["[]", "[]", """[{"a":1},{"a":2}]"""], results.AsArray().Select(result => result!["results"]!.ToJsonString()));
        Assert.Equal((7500, "no such table: nope: SQLITE_ERROR"), await control.ErrorAsync(HttpMethod.Post, $"{Root}/db/query", TestControl.Json("""{ "sql": "DELETE FROM t; SELECT * FROM nope" }""")));
        Assert.Equal("""[{"c":2}]""", (await RunAsync(control, "db", "SELECT count(*) c FROM t"))[0]!["results"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{ "sql": "SELECT ? a, ? b, ? c, ? d", "params": [1, "x", null, true] }""", """[{"a":1,"b":"x","c":null,"d":1}]""")]
    [InlineData("""{ "sql": "SELECT ? a; SELECT ? b", "params": [1, "x"] }""", """[{"a":1}] [{"b":"x"}]""")]
    [InlineData("""{ "batch": [{ "sql": "SELECT ? a", "params": [[1, 255]] }, { "sql": "SELECT 2 b" }] }""", """[{"a":[1,255]}] [{"b":2}]""")]
    [InlineData("""[{ "sql": "SELECT 1 a" }, { "sql": "SELECT 2 b" }]""", """[{"a":1}] [{"b":2}]""")]
    public async Task Parameters_and_batches_are_taken(string body, string expected)
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "db");
        var results = await control.ResultAsync(HttpMethod.Post, $"{Root}/db/query", TestControl.Json(body));
        Assert.Equal(expected, string.Join(' ', results.AsArray().Select(result => result!["results"]!.ToJsonString())));
    }

    [Fact]
    public async Task Raw_results_have_their_columns_apart()
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "db");
        var raw = await control.ResultAsync(HttpMethod.Post, $"{Root}/db/raw", TestControl.Json("""{ "sql": "SELECT 1 a, 2 a" }"""));
        Assert.Equal("""{"columns":["a","a"],"rows":[[1,2]]}""", raw[0]!["results"]!.ToJsonString());
    }

    [Theory]
    [InlineData("5", "The body must be")]
    [InlineData("{}", "\"sql\" is missing")]
    [InlineData("""{ "sql": "SELECT ?", "params": [{}] }""", "A parameter must be")]
    [InlineData("""{ "sql": "SELECT ?", "params": [[256]] }""", "A parameter must be")]
    [InlineData("""{ "sql": "SELECT ?" }""", "Wrong number of parameter bindings")]
    [InlineData("""{ "sql": "SELECT 1", "params": [1] }""", "Wrong number of parameter bindings")]
    public async Task Bad_input_is_named(string body, string message)
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "db");
        Assert.Contains(message, (await control.ErrorAsync(HttpMethod.Post, $"{Root}/db/query", TestControl.Json(body))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_bound_to_databases_that_exist()
    {
        await using var control = await TestControl.StartAsync();
        var id = await MakeAsync(control, "db");
        Assert.Equal(10021, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/a", TestControl.Upload(bindings: """[{ "type": "d1", "name": "DB" }]"""))).Code);
        var missing = await control.ErrorAsync(HttpMethod.Put, "workers/scripts/a", TestControl.Upload(bindings: """[{ "type": "d1", "name": "DB", "id": "db" }]"""));
        Assert.Equal(10181, missing.Code);
        Assert.Contains("D1 binding 'DB' references database 'db' which was not found", missing.Message, StringComparison.Ordinal);
        await control.DeployAsync("a", bindings: $$"""[{ "type": "d1", "name": "DB", "id": "{{id}}" }]""");
        Assert.Contains(control.Target.Checked.SelectMany(version => version.Bindings), binding => binding is D1DatabaseBinding { Name: "DB" } bound && bound.DatabaseId == id);
    }

    [Fact]
    public async Task A_token_for_some_Workers_sees_and_binds_their_databases_only()
    {
        await using var control = await TestControl.StartAsync();
        var (mine, other) = (await MakeAsync(control, "mine"), await MakeAsync(control, "other"));
        await control.DeployAsync("a", bindings: $$"""[{ "type": "d1", "name": "DB", "id": "{{mine}}" }]""");
        using var client = control.ClientWith(await control.TokenAsync(TokenAccess.Edit, "a"));
        Assert.Equal("mine", (string)(await control.ResultAsync(HttpMethod.Get, Root, client: client)).AsArray().Single()!["name"]!);
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, $"{Root}/{mine}/query", TestControl.Json("""{ "sql": "SELECT 1" }"""), client)).Code);
        var upload = TestControl.Upload(bindings: $$"""[{ "type": "d1", "name": "DB", "id": "{{other}}" }]""");
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/a", upload, client)).Code);
    }

    [Fact]
    public async Task A_token_that_reads_runs_no_SQL()
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "db");
        using var client = control.ClientWith(await control.TokenAsync(TokenAccess.Read));
        Assert.Equal(10000, (await control.ErrorAsync(HttpMethod.Post, $"{Root}/db/query", TestControl.Json("""{ "sql": "SELECT 1" }"""), client)).Code);
        await control.ResultAsync(HttpMethod.Get, $"{Root}/db/time_travel/bookmark", client: client);
    }

    [Fact]
    public async Task A_database_goes_back_to_a_bookmark_or_a_time()
    {
        await using var control = await TestControl.StartAsync();
        await MakeAsync(control, "db");
        await RunAsync(control, "db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
        var bookmark = (string)(await control.ResultAsync(HttpMethod.Get, $"{Root}/db/time_travel/bookmark?"))["bookmark"]!;
        var at = control.Time.GetUtcNow();
        control.Time.Advance(TimeSpan.FromMinutes(1));
        await RunAsync(control, "db", "DELETE FROM t");
        var restored = await control.ResultAsync(HttpMethod.Post, $"{Root}/db/time_travel/restore?bookmark={bookmark}");
        Assert.Equal("1", await CountAsync(control));
        await control.ResultAsync(HttpMethod.Post, $"{Root}/db/time_travel/restore?bookmark={(string)restored["previous_bookmark"]!}");
        Assert.Equal("0", await CountAsync(control));
        Assert.Equal(bookmark, (string)(await control.ResultAsync(HttpMethod.Get, $"{Root}/db/time_travel/bookmark?timestamp={at:yyyy-MM-ddTHH:mm:ss.fffZ}"))["bookmark"]!);
        await control.ResultAsync(HttpMethod.Post, $"{Root}/db/time_travel/restore?timestamp={at:yyyy-MM-ddTHH:mm:ss.fffZ}");
        Assert.Equal("1", await CountAsync(control));
        foreach (var (query, message) in ((string, string)[])[("", "Say where"), ("?bookmark=x", "no bookmark of this database"), ("?timestamp=x", "must be a time"), ("?timestamp=2999-01-01T00:00:00Z", "in the future"), ("?timestamp=1990-01-01T00:00:00Z", "begins at")])
            Assert.Contains(message, (await control.ErrorAsync(HttpMethod.Post, $"{Root}/db/time_travel/restore{query}")).Message, StringComparison.Ordinal);
    }

    private static async Task<string> CountAsync(TestControl control) => (await RunAsync(control, "db", "SELECT count(*) c FROM t"))[0]!["results"]![0]!["c"]!.ToJsonString();

    private static async Task<string> MakeAsync(TestControl control, string name) =>
        (string)(await control.ResultAsync(HttpMethod.Post, Root, TestControl.Json($$"""{ "name": "{{name}}" }""")))["uuid"]!;

    private static Task<JsonNode> RunAsync(TestControl control, string database, string sql) =>
        control.ResultAsync(HttpMethod.Post, $"{Root}/{database}/query", TestControl.Json(new JsonObject { ["sql"] = sql }.ToJsonString()));

    private static async Task<string[]> NamesAsync(TestControl control, string query) =>
        [.. (await control.ResultAsync(HttpMethod.Get, Root + query)).AsArray().Select(each => (string)each!["name"]!)];
}
