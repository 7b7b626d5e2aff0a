using System.Text.Json.Nodes;
using Skep.Abstractions.D1;
using Skep.Storage.D1;

namespace Skep.Storage.Tests.D1;

/// <summary>Queries, their results and their mistakes.</summary>
public sealed class D1QueryTests : D1Test
{
    [Fact]
    public async Task A_result_has_rows_and_says_what_it_took()
    {
        await RunAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
        var inserted = (await RunAsync("INSERT INTO t (name) VALUES (?), (?)", "a", "b"))![0]!;
        Assert.True((bool)inserted["success"]!);
        Assert.Equal([], inserted["results"]!.AsArray());
        var meta = inserted["meta"]!;
        Assert.Equal((2, 2, true), ((int)meta["changes"]!, (int)meta["last_row_id"]!, (bool)meta["changed_db"]!));
        // Each row is in the table and in the index of its names.
        Assert.Equal(4, (int)meta["rows_written"]!);
        Assert.Equal(3 * 4096, (int)meta["size_after"]!);
        Assert.True((double)meta["duration"]! > 0);

        var read = (await RunAsync("SELECT * FROM t"))![0]!;
        Assert.Equal("""[{"id":1,"name":"a"},{"id":2,"name":"b"}]""", read["results"]!.ToJsonString());
        Assert.Equal((0, 2, 2, false, 3 * 4096), ((int)read["meta"]!["changes"]!, (int)read["meta"]!["last_row_id"]!, (int)read["meta"]!["rows_read"]!, (bool)read["meta"]!["changed_db"]!, (int)read["meta"]!["size_after"]!));
    }

    [Theory]
    [InlineData("SELECT 1 a, 'x' b", "[{\"a\":1,\"b\":\"x\"}]")]
    [InlineData("SELECT 1.5 a, 2.0 b, 1e300 c, 9e999 d, NULL e", "[{\"a\":1.5,\"b\":2,\"c\":1E+300,\"d\":null,\"e\":null}]")]
    [InlineData("SELECT 9223372036854775807 a", "[{\"a\":9223372036854775807}]")]
    [InlineData("SELECT x'01ff' a, x'' b", "[{\"a\":[1,255],\"b\":[]}]")]
    [InlineData("SELECT 'a\"\\' || char(10, 1, 8364) a", "[{\"a\":\"a\\\"\\\\\\u000a\\u0001€\"}]")]
    [InlineData("SELECT CAST(x'61ff62' AS TEXT) a", "[{\"a\":\"a\uFFFDb\"}]")]
    [InlineData("SELECT 1 AS \"a\"\"b\"", "[{\"a\\\"b\":1}]")]
    [InlineData("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3) SELECT group_concat(x) g FROM c", "[{\"g\":\"1,2,3\"}]")]
    [InlineData("SELECT '{\"b\":2}'->>'b' k", "[{\"k\":2}]")]
    [InlineData("-- a remark\nSELECT 1 a; -- another", "[{\"a\":1}]")]
    [InlineData("SELECT 1 a; SELECT 2 b", "[{\"b\":2}]")]
    public async Task Values_are_told_as_JSON_has_them(string sql, string expected)
    {
        using var writer = Write(D1Shape.Objects, D1Flags.None, (sql, []));
        using var answer = await Store.QueryAsync(Id, writer.Written, Cancellation);
        var json = System.Text.Encoding.UTF8.GetString(answer.Json.Span);
        Assert.EndsWith("\"results\":" + expected + "}]", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_have_the_types_that_D1_gives_them() => Assert.Equal(
        "\"real\",\"real\",\"text\",\"blob\",\"null\",\"null\",\"1.0\",0,0,\"a\\u0000b\"",
        await RowsAsync("SELECT typeof(?1), typeof(?2), typeof(?3), typeof(?4), typeof(?5), typeof(?6), CAST(?1 AS TEXT), length(?7), length(?8), ?9", 1, 1.5, "x", new byte[] { 1 }, null, double.NaN, "", Array.Empty<byte>(), "a\0b"));

    [Fact]
    public async Task Every_shape_of_a_result_has_its_JSON()
    {
        (string, object?[]) query = ("SELECT 1 a, 2 a UNION ALL SELECT 3, 4", []);
        Assert.Equal("""{"columns":["a","a"],"rows":[[1,2],[3,4]]}""", (await RunAsync(D1Shape.Rows, query))![0]!["results"]!.ToJsonString());
        Assert.Equal("[[1,2],[3,4]]", (await RunAsync(D1Shape.Raw, query))!.ToJsonString());
        Assert.Equal("""[["a","a"],[1,2],[3,4]]""", (await RunAsync(D1Shape.RawWithNames, query))!.ToJsonString());
        Assert.Equal("""[["a"]]""", (await RunAsync(D1Shape.RawWithNames, ("SELECT 1 a WHERE 0", [])))!.ToJsonString());
        Assert.Equal("""{"a":3}""", (await RunAsync(D1Shape.First, ("SELECT 3 a UNION ALL SELECT 4", [])))!.ToJsonString());
        Assert.Null(await RunAsync(D1Shape.First, ("SELECT 3 a WHERE 0", [])));
        Assert.Equal(3, (int)(await RunAsync(D1Shape.Count, ("CREATE TABLE t (a)", []), ("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", []), ("-- nothing", []), ("SELECT 1", [])))!["count"]!);
        Assert.Equal("2", await RowsAsync("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("FOO", "near \"FOO\": syntax error at offset 0: SQLITE_ERROR")]
    [InlineData("SELECT * FROM nope", "no such table: nope: SQLITE_ERROR")]
    [InlineData("INSERT INTO t VALUES (1, 'x')", "UNIQUE constraint failed: t.id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)")]
    [InlineData("INSERT INTO t VALUES (2, 'one')", "UNIQUE constraint failed: t.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)")]
    [InlineData("INSERT INTO t VALUES (2, NULL)", "NOT NULL constraint failed: t.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_NOTNULL)")]
    [InlineData("INSERT INTO c VALUES (9)", "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)")]
    [InlineData("PRAGMA defer_foreign_keys = ON; INSERT INTO c VALUES (9)", "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)")]
    [InlineData("BEGIN", "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic atomic write coalescing.")]
    [InlineData("ATTACH '/etc/passwd' AS x", "not authorized: SQLITE_AUTH")]
    [InlineData("VACUUM INTO '/tmp/x'", "cannot VACUUM from within a transaction: SQLITE_ERROR")]
    [InlineData("PRAGMA journal_mode = OFF", "not authorized: SQLITE_AUTH")]
    [InlineData("PRAGMA writable_schema = ON", "not authorized: SQLITE_AUTH")]
    [InlineData("SELECT * FROM pragma_database_list", "not authorized: SQLITE_AUTH")]
    [InlineData("CREATE TEMP TABLE x (a)", "not authorized: SQLITE_AUTH")]
    [InlineData("CREATE TABLE _cf_x (a)", "not authorized: SQLITE_AUTH")]
    [InlineData("CREATE VIRTUAL TABLE x USING dbstat", "not authorized: SQLITE_AUTH")]
    [InlineData("SELECT sqlite_version()", "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR")]
    [InlineData("SELECT load_extension('x')", "not authorized to use function: load_extension at offset 7: SQLITE_ERROR")]
    [InlineData("SELECT fts3_tokenizer('x')", "not authorized to use function: fts3_tokenizer at offset 7: SQLITE_ERROR")]
    [InlineData("UPDATE sqlite_master SET sql = ''", "table sqlite_master may not be modified: SQLITE_ERROR")]
    [InlineData("SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6", "too many terms in compound SELECT: SQLITE_ERROR")]
    [InlineData("SELECT length(randomblob(2000001))", "string or blob too big: SQLITE_TOOBIG")]
    [InlineData("SELECT ?", "Wrong number of parameter bindings for SQL query.")]
    [InlineData("SELECT ?; SELECT 1", "Wrong number of parameter bindings for SQL query.")]
    [InlineData("", "No SQL statements detected.")]
    [InlineData(" ; -- nothing", "No SQL statements detected.")]
    [InlineData("/* open", "No SQL statements detected.")]
    public async Task What_is_wrong_or_not_allowed_is_refused_in_D1s_words(string sql, string message)
    {
        await RunAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); CREATE TABLE c (t REFERENCES t (id)); INSERT INTO t VALUES (1, 'one')");
        Assert.Equal(message, (await FailsAsync(sql)).Message);
        Assert.Empty(Failures);
        Assert.Equal("1,0", await RowsAsync("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM c)"));
    }

    [Fact]
    public async Task Limits_are_D1s()
    {
        Assert.Equal("statement too long: SQLITE_TOOBIG", (await FailsAsync($"SELECT '{new string('a', 100_001)}'")).Message);
        Assert.Equal("too many columns in result set: SQLITE_ERROR", (await FailsAsync($"SELECT {string.Join(',', Enumerable.Repeat("1", 101))}")).Message);
        Assert.Equal("LIKE or GLOB pattern too complex: SQLITE_ERROR", (await FailsAsync("SELECT 'x' LIKE ?", new string('a', 51))).Message);
        Assert.StartsWith("too many SQL variables at offset", (await FailsAsync($"SELECT 1 IN ({string.Join(',', Enumerable.Repeat("?", 101))})", Enumerable.Repeat<object?>(1, 101).ToArray())).Message, StringComparison.Ordinal);
        Assert.Equal("string or blob too big: SQLITE_TOOBIG", (await FailsAsync("SELECT length(?)", new string('a', 2_000_001))).Message);
        Assert.Equal("2000000", await RowsAsync("SELECT length(?)", new string('a', 2_000_000)));
        Assert.Equal("100", await RowsAsync($"SELECT {string.Join('+', Enumerable.Repeat("?", 99))} + ?", Enumerable.Repeat<object?>(1, 100).ToArray()));
    }

    [Fact]
    public async Task A_result_that_is_too_long_says_so_and_harms_nobody()
    {
        await ReopenAsync(options => options with { MaxResultBytes = 1 << 20 });
        var refused = await FailsAsync("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' FROM c");
        Assert.Equal("The result is too long: select fewer rows or columns, for example with LIMIT.", refused.Message);
        Assert.Equal("1", await RowsAsync("SELECT 1"));
    }

    [Theory]
    [InlineData("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")]
    [InlineData("CREATE TABLE e AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")]
    public async Task A_query_without_an_end_is_ended(string sql)
    {
        await ReopenAsync(options => options with { QueryTime = TimeSpan.FromMilliseconds(200) });
        var endless = FailsAsync(sql);
        // Others read and write meanwhile, or after it.
        await RunAsync("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)");
        Assert.Equal("D1 DB storage operation exceeded timeout which caused object to be reset.", (await endless).Message);
        Assert.Equal("1", await RowsAsync("SELECT a FROM t"));
    }

    [Fact]
    public async Task Queries_of_a_call_are_one_transaction()
    {
        await RunAsync("CREATE TABLE t (a UNIQUE)");
        var failed = await Assert.ThrowsAsync<D1Exception>(() => RunAsync(D1Shape.Objects, ("INSERT INTO t VALUES (1)", []), ("INSERT INTO t VALUES (2)", []), ("INSERT INTO t VALUES (1)", [])));
        Assert.Equal(2, failed.Query);
        Assert.Equal("0", await RowsAsync("SELECT count(*) FROM t"));
        var both = await RunAsync(D1Shape.Objects, ("INSERT INTO t VALUES (1) RETURNING a", []), ("SELECT count(*) c FROM t", []));
        Assert.Equal("""[{"a":1}]|[{"c":1}]""", string.Join('|', both!.AsArray().Select(result => result!["results"]!.ToJsonString())));
    }

    [Fact]
    public async Task Calls_that_share_a_commit_fail_each_for_itself()
    {
        await RunAsync("CREATE TABLE t (a INTEGER PRIMARY KEY, p REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)");
        var calls = Enumerable.Range(0, 200).Select(number => number switch
        {
            50 => RunAsync("INSERT INTO t VALUES (1, NULL)"),
            60 => RunAsync("INSERT INTO t VALUES (1000, 99999)"),
            70 => RunAsync("nonsense"),
            80 => RunAsync("PRAGMA defer_foreign_keys = ON; INSERT INTO t VALUES (1001, 99999)"),
            _ => RunAsync("INSERT INTO t VALUES (?, NULL)", number),
        }).ToArray();
        await Task.WhenAll(calls.Select(call => call.ContinueWith(static _ => { }, TaskScheduler.Default)));
        Assert.Equal([50, 60, 70, 80], Enumerable.Range(0, 200).Where(number => calls[number].IsFaulted));
        Assert.Equal("196", await RowsAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task What_a_pragma_switches_ends_with_its_call()
    {
        await RunAsync("CREATE TABLE t (a CHECK (a > 0))");
        await RunAsync("PRAGMA ignore_check_constraints = ON; INSERT INTO t VALUES (-1)");
        Assert.StartsWith("CHECK constraint failed", (await FailsAsync("INSERT INTO t VALUES (-2)")).Message, StringComparison.Ordinal);
        await FailsAsync("PRAGMA ignore_check_constraints = ON; nonsense");
        Assert.StartsWith("CHECK constraint failed", (await FailsAsync("INSERT INTO t VALUES (-2)")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA table_info(t)", "0,\"a\",\"INTEGER\",0,null,1")]
    [InlineData("PRAGMA foreign_keys", "1")]
    [InlineData("SELECT name FROM pragma_table_info('t')", "\"a\"")]
    [InlineData("SELECT name FROM sqlite_master", "\"t\"")]
    [InlineData("PRAGMA quick_check", "\"ok\"")]
    public async Task Some_pragmas_are_allowed(string sql, string rows)
    {
        await RunAsync("CREATE TABLE t (a INTEGER PRIMARY KEY)");
        Assert.Equal(rows, await RowsAsync(sql));
    }

    [Fact]
    public async Task Full_text_search_is_there()
    {
        await RunAsync("CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO f VALUES ('hello world'), ('good bye')");
        Assert.Equal("\"[hello] world\"", await RowsAsync("SELECT highlight(f, 0, '[', ']') FROM f('hello')"));
    }

    [Fact]
    public async Task A_reader_sees_what_a_writer_changed_and_how_tables_changed()
    {
        await RunAsync("CREATE TABLE t (a)");
        Assert.Equal("", await RowsAsync("SELECT * FROM t"));
        await RunAsync("ALTER TABLE t ADD COLUMN b DEFAULT 5");
        await RunAsync("INSERT INTO t (a) VALUES (1)");
        Assert.Equal("""[{"a":1,"b":5}]""", (await RunAsync("SELECT * FROM t"))![0]!["results"]!.ToJsonString());
        Assert.Equal("1,1", await RowsAsync("SELECT last_insert_rowid(), changes()"));
    }

    [Fact]
    public async Task Statements_of_a_text_may_each_have_their_result_and_parameters()
    {
        using var writer = Write(D1Shape.Objects, D1Flags.Split, ("SELECT ? a; SELECT 2 b;\n SELECT ? c, ? d", ["x", 3, 4]));
        using var answer = await Store.QueryAsync(Id, writer.Written, Cancellation);
        Assert.Equal(
            """[{"a":"x"}] [{"b":2}] [{"c":3,"d":4}]""",
            string.Join(' ', JsonNode.Parse(answer.Json.Span)!.AsArray().Select(result => result!["results"]!.ToJsonString())));
    }

    [Fact]
    public async Task Malformed_queries_are_refused_wherever_they_are_cut()
    {
        using var writer = Write(D1Shape.Objects, D1Flags.None, ("SELECT ?, ?, ?, ?", [1, "text", new byte[] { 1 }, null]));
        for (var length = 0; length < writer.Written.Length; length++)
        {
            var cut = writer.Written[..length];
            await Assert.ThrowsAsync<D1Exception>(async () => (await Store.QueryAsync(Id, cut, Cancellation)).Dispose());
        }
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_not_made()
    {
        using var writer = Write(D1Shape.Objects, D1Flags.None, ("SELECT 1", []));
        var refused = await Assert.ThrowsAsync<D1Exception>(async () => (await Store.QueryAsync("other", writer.Written, Cancellation)).Dispose());
        Assert.Equal((404, "The D1 database does not exist."), (refused.Status, refused.Message));
        await Store.DropDatabaseAsync(Id);
        Assert.Equal(404, (await FailsAsync("SELECT 1")).Status);
    }

    [Fact]
    public async Task More_databases_than_may_be_open_take_turns()
    {
        await ReopenAsync(options => options with { OpenDatabases = 4, CreateMissing = true });
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
            {
                using var writer = Write(D1Shape.Raw, D1Flags.None, ("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1) RETURNING (SELECT count(*) FROM t)", []));
                using var answer = await Store.QueryAsync($"db{number}", writer.Written, Cancellation);
                Assert.Equal(round + 1, (int)JsonNode.Parse(answer.Json.Span)![0]![0]!);
            }));
        }
    }
}
