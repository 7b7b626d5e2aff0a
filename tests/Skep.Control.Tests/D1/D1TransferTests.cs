using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Skep.Control.Tests.D1;

/// <summary>Files of SQL in and out, as <c>wrangler d1 execute --file</c> and <c>wrangler d1 export</c> do it.</summary>
public sealed class D1TransferTests
{
    private const string Root = "d1/database/db";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_exported_can_be_imported_and_is_the_same()
    {
        await using var control = await StartAsync();
        await ImportAsync(control, """
            PRAGMA defer_foreign_keys = ON;
            /* a comment; with 'a quote */
            CREATE TABLE "or der" (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, real REAL, blob BLOB, made AS (id * 2), any);
            CREATE TABLE child (p REFERENCES "or der" (id));
            INSERT INTO child VALUES (7);
            INSERT INTO "or der" (id, text, real, blob, any) VALUES (7, 'it''s; "é"
            ' || char(0) || 'x', 2.0, x'00ff', 9e999), (8, '', -0.1, x'', 9007199254740993);
            CREATE INDEX i ON child (p);
            CREATE VIEW v AS SELECT * FROM child;
            CREATE TRIGGER t AFTER INSERT ON child BEGIN SELECT 1; SELECT 2; END;
            """);
        var first = await ExportAsync(control, "{}");
        await control.ResultAsync(HttpMethod.Post, "d1/database", TestControl.Json("""{ "name": "copy" }"""));
        await ImportAsync(control, first, "d1/database/copy");
        Assert.Equal(first, await ExportAsync(control, "{}", "d1/database/copy"));
        const string Check = """SELECT count(*) n, typeof(real) r, typeof(any) a, any, hex(text) t, hex(blob) b FROM "or der" WHERE id = 7""";
        Assert.Equal(await ValueAsync(control, Check), await ValueAsync(control, Check, "d1/database/copy"));
        Assert.DoesNotContain("INSERT INTO", await ExportAsync(control, """{ "no_data": true }"""), StringComparison.Ordinal);
        Assert.DoesNotContain("CREATE TABLE", await ExportAsync(control, """{ "no_schema": true }"""), StringComparison.Ordinal);
        var child = await ExportAsync(control, """{ "tables": ["child"] }""");
        Assert.Contains("INSERT INTO \"child\"", child, StringComparison.Ordinal);
        Assert.DoesNotContain("INSERT INTO \"or der\"", child, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_file_is_run_as_it_is_read()
    {
        await using var control = await StartAsync();
        StringBuilder sql = new("CREATE TABLE t (a, b);\n");
        for (var i = 0; i < 20_000; i++) sql.Append($"INSERT INTO t VALUES ({i}, '{new string('x', i % 300)};');\n");
        sql.Append($"INSERT INTO t VALUES (-1, '{new string('y', 99_900)}')");
        var done = await ImportAsync(control, sql.ToString());
        Assert.Equal((20_002, 20_001), ((int)done["num_queries"]!, (int)done["meta"]!["rows_written"]!));
        Assert.Equal("""{"n":20001,"s":199989999,"l":3099900}""", await ValueAsync(control, "SELECT count(*) n, sum(a) s, sum(length(b)) l FROM t"));
    }

    [Theory]
    [InlineData("CREATE TABLE u (a); INSERT INTO nope VALUES (1);", "no such table: nope: SQLITE_ERROR, in the statement at byte 20")]
    [InlineData("CREATE TABLE u (a); SELECT 'open", "unrecognized token: \"'open\" at offset 7: SQLITE_ERROR, in the statement at byte 20")]
    [InlineData("BEGIN TRANSACTION; COMMIT;", "To execute a transaction, please use")]
    [InlineData("CREATE TABLE u (a); SELECT ?", "Wrong number of parameter bindings for SQL query., in the statement at byte 20")]
    [InlineData("CREATE TABLE u (a); CREATE TABLE c (a REFERENCES u (x)); PRAGMA defer_foreign_keys = ON; INSERT INTO c VALUES (1);", "foreign key mismatch")]
    public async Task A_file_that_fails_changes_nothing(string sql, string message)
    {
        await using var control = await StartAsync();
        var progress = await UploadAsync(control, Encoding.UTF8.GetBytes(sql), Root);
        Assert.Equal("error", (string)progress["status"]!);
        Assert.Contains(message, (string)progress["errors"]![0]!, StringComparison.Ordinal);
        Assert.Equal("""{"n":0}""", await ValueAsync(control, "SELECT count(*) n FROM sqlite_master"));
    }

    [Fact]
    public async Task A_statement_that_is_too_long_is_refused()
    {
        await using var control = await StartAsync();
        var progress = await UploadAsync(control, Encoding.UTF8.GetBytes($"SELECT '{new string('x', 2_000_000)}';"), Root);
        Assert.Contains("statement too long: SQLITE_TOOBIG", (string)progress["errors"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_is_not_what_was_announced_is_not_run()
    {
        await using var control = await StartAsync();
        var begun = await control.ResultAsync(HttpMethod.Post, $"{Root}/import", TestControl.Json("""{ "action": "init", "etag": "00000000000000000000000000000000" }"""));
        using var uploaded = await control.ClientWith(null).PutAsync(new Uri((string)begun["upload_url"]!), new StringContent("CREATE TABLE t (a)"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var refused = await control.ResultAsync(HttpMethod.Post, $"{Root}/import", TestControl.Json($$"""{ "action": "ingest", "filename": "{{(string)begun["filename"]!}}", "etag": "00000000000000000000000000000000" }"""));
        Assert.False((bool)refused["success"]!);
        using var strange = await control.ClientWith(null).PutAsync(new Uri(new Uri((string)begun["upload_url"]!), "/d1/upload/guess"), new StringContent("x"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, strange.StatusCode);
        using var none = await control.ClientWith(null).GetAsync(new Uri(((string)begun["upload_url"]!).Replace("upload", "download", StringComparison.Ordinal)), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Tables_that_cannot_be_written_as_SQL_are_named()
    {
        await using var control = await StartAsync();
        await ImportAsync(control, "CREATE VIRTUAL TABLE f USING fts5(a);");
        var failed = await control.ResultAsync(HttpMethod.Post, $"{Root}/export", TestControl.Json("""{ "output_format": "polling", "dump_options": {} }"""));
        Assert.Equal(("error", "D1 Export error: cannot export databases with Virtual Tables (fts5)"), ((string)failed["status"]!, (string)failed["error"]!));
    }

    private static async Task<TestControl> StartAsync()
    {
        var control = await TestControl.StartAsync();
        await control.ResultAsync(HttpMethod.Post, "d1/database", TestControl.Json("""{ "name": "db" }"""));
        return control;
    }

    private static async Task<JsonNode> ImportAsync(TestControl control, string sql, string root = Root)
    {
        var progress = await UploadAsync(control, Encoding.UTF8.GetBytes(sql), root);
        Assert.True((string)progress["status"]! == "complete", progress.ToJsonString());
        return progress["result"]!;
    }

    private static async Task<JsonNode> UploadAsync(TestControl control, byte[] sql, string root)
    {
        var etag = Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, sql));
        var begun = await control.ResultAsync(HttpMethod.Post, $"{root}/import", TestControl.Json($$"""{ "action": "init", "etag": "{{etag}}" }"""));
        using ByteArrayContent content = new(sql);
        using var uploaded = await control.ClientWith(null).PutAsync(new Uri((string)begun["upload_url"]!), content, Cancellation);
        Assert.Equal($"\"{etag}\"", uploaded.Headers.ETag!.Tag);
        var progress = await control.ResultAsync(HttpMethod.Post, $"{root}/import", TestControl.Json($$"""{ "action": "ingest", "filename": "{{(string)begun["filename"]!}}", "etag": "{{etag}}" }"""));
        while ((string)progress["status"]! == "active")
            progress = await control.ResultAsync(HttpMethod.Post, $"{root}/import", TestControl.Json($$"""{ "action": "poll", "current_bookmark": "{{(string)progress["at_bookmark"]!}}" }"""));
        return progress;
    }

    private static async Task<string> ExportAsync(TestControl control, string options, string root = Root)
    {
        var progress = await control.ResultAsync(HttpMethod.Post, $"{root}/export", TestControl.Json($$"""{ "output_format": "polling", "dump_options": {{options}} }"""));
        while ((string)progress["status"]! == "active")
            progress = await control.ResultAsync(HttpMethod.Post, $"{root}/export", TestControl.Json($$"""{ "output_format": "polling", "dump_options": {{options}}, "current_bookmark": "{{(string)progress["at_bookmark"]!}}" }"""));
        Assert.True((string)progress["status"]! == "complete", progress.ToJsonString());
        return await control.ClientWith(null).GetStringAsync(new Uri((string)progress["result"]!["signed_url"]!), Cancellation);
    }

    private static async Task<string> ValueAsync(TestControl control, string sql, string root = Root) =>
        (await control.ResultAsync(HttpMethod.Post, $"{root}/query", TestControl.Json(new JsonObject { ["sql"] = sql }.ToJsonString())))[0]!["results"]![0]!.ToJsonString();
}
