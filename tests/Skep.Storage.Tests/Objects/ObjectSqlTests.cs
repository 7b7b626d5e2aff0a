using Skep.Abstractions.Objects;

namespace Skep.Storage.Tests.Objects;

/// <summary>SQL of a Durable Object: what it may do, what it is told, what it is counted.</summary>
public sealed class ObjectSqlTests : ObjectTest
{
    [Fact]
    public async Task Values_go_in_and_come_out()
    {
        await using var storage = await OpenAsync();
        Sql(storage, "CREATE TABLE t (a INTEGER, b REAL, c TEXT, d BLOB, e)");
        Sql(storage, "INSERT INTO t VALUES (?, ?, ?, ?, ?)", 42, 1.5, "h\u0000i ä", new byte[] { 1, 0, 2 }, null);
        Sql(storage, "INSERT INTO t VALUES (?, ?, ?, ?, ?)", -1, 0, "", Array.Empty<byte>(), 7);
        Assert.Equal(["42|1.5|h\u0000i ä|010002|NULL", "-1|0|||7"], Sql(storage, "SELECT * FROM t"));
        Assert.Equal(["integer|real|text|blob|null", "integer|real|text|blob|real"], Sql(storage, "SELECT typeof(a), typeof(b), typeof(c), typeof(d), typeof(e) FROM t"));
        await CommitAsync(storage);
    }

    [Fact]
    public async Task A_text_of_several_statements_returns_the_rows_of_the_last()
    {
        await using var storage = await OpenAsync();
        Assert.Equal(["1", "2"], Sql(storage, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);\n-- all\nSELECT a FROM t; /* end */ "));
        Assert.Equal(
            "When executing multiple SQL statements in a single call, only the last statement can have parameters.",
            Refused(storage, "INSERT INTO t VALUES (?); SELECT 1"));
        Assert.Equal("SQL code did not contain a statement.", Refused(storage, " -- nothing"));
    }

    [Theory]
    [InlineData("SELECT * FROM nowhere", "no such table: nowhere: SQLITE_ERROR")]
    [InlineData("SELEC 1", "near \"SELEC\": syntax error at offset 0: SQLITE_ERROR")]
    [InlineData("SELECT * FROM _cf_KV", "access to _cf_KV.key is prohibited: SQLITE_AUTH")]
    [InlineData("DROP TABLE _cf_KV", "not authorized: SQLITE_AUTH")]
    [InlineData("CREATE TABLE _CF_mine (a)", "not authorized: SQLITE_AUTH")]
    [InlineData("ALTER TABLE t RENAME TO _cf_mine", "not authorized: SQLITE_AUTH")]
    [InlineData("ATTACH 'other.db' AS other", "not authorized: SQLITE_AUTH")]
    [InlineData("CREATE TEMP TABLE x (a)", "not authorized: SQLITE_AUTH")]
    [InlineData("PRAGMA journal_mode = DELETE", "not authorized: SQLITE_AUTH")]
    [InlineData("PRAGMA max_page_count = 1", "not authorized: SQLITE_AUTH")]
    [InlineData("PRAGMA table_info('_cf_KV')", "not authorized: SQLITE_AUTH")]
    [InlineData("VACUUM INTO '/tmp/objstore-escape.db'", "cannot VACUUM from within a transaction: SQLITE_ERROR")]
    [InlineData("SELECT load_extension('x')", "not authorized to use function: load_extension at offset 7: SQLITE_ERROR")]
    [InlineData("SELECT sqlite_version()", "not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR")]
    [InlineData("CREATE VIRTUAL TABLE v USING dbstat", "not authorized: SQLITE_AUTH")]
    [InlineData("UPDATE sqlite_master SET sql = ''", "table sqlite_master may not be modified: SQLITE_ERROR")]
    [InlineData("SELECT 'x' LIKE printf('%.60c', 'x')", "LIKE or GLOB pattern too complex: SQLITE_ERROR")]
    public async Task What_is_not_allowed_is_refused_and_named(string sql, string message)
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        Sql(storage, "CREATE TABLE t (a)");
        Assert.Equal(message, Refused(storage, sql));
        Assert.Empty(Failures);
        Assert.Equal("1", Get(storage, "a"));
    }

    [Theory]
    [InlineData("BEGIN TRANSACTION")]
    [InlineData("COMMIT")]
    [InlineData("ROLLBACK")]
    [InlineData("SAVEPOINT a")]
    [InlineData("RELEASE a")]
    public async Task Transactions_are_for_javascript(string sql)
    {
        await using var storage = await OpenAsync();
        Assert.StartsWith("To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs", Refused(storage, sql), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA foreign_keys")]
    [InlineData("PRAGMA table_list")]
    [InlineData("PRAGMA table_info(t)")]
    [InlineData("PRAGMA defer_foreign_keys = on")]
    [InlineData("PRAGMA optimize")]
    [InlineData("PRAGMA quick_check")]
    [InlineData("SELECT json_extract('{\"a\":1}', '$.a'), sqrt(4), date('now')")]
    [InlineData("CREATE VIRTUAL TABLE words USING fts5 (text); INSERT INTO words VALUES ('a b'); SELECT highlight(words, 0, '<', '>') FROM words('b')")]
    [InlineData("CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1); INSERT INTO boxes VALUES (1, 2, 3)")]
    [InlineData("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n")]
    public async Task What_is_documented_is_allowed(string sql)
    {
        await using var storage = await OpenAsync();
        Sql(storage, "CREATE TABLE t (a)");
        Sql(storage, sql);
        await CommitAsync(storage);
    }

    [Fact]
    public async Task Limits_are_those_of_the_platform()
    {
        await using var storage = await OpenAsync();
        Assert.Equal("too many columns on wide: SQLITE_ERROR", Refused(storage, $"CREATE TABLE wide ({string.Join(", ", Enumerable.Range(0, 101).Select(i => $"c{i}"))})"));
        Assert.Contains("too many SQL variables", Refused(storage, $"SELECT 1 IN ({string.Join(", ", Enumerable.Repeat("?", 101))})"), StringComparison.Ordinal);
        Assert.Contains("too many arguments on function max", Refused(storage, $"SELECT max({string.Join(", ", Enumerable.Repeat("1", 33))})"), StringComparison.Ordinal);
        Assert.Equal("statement too long at offset 7: SQLITE_TOOBIG", Refused(storage, "SELECT 1 --" + new string('x', 100_000)));
        Assert.Contains("SQLITE_TOOBIG", Refused(storage, "SELECT zeroblob(5000000)"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_database_refuses_and_what_was_written_before_stays()
    {
        await ReopenAsync(options => options with { MaxFileBytes = 64 << 10 });
        await using (var storage = await OpenAsync())
        {
            Sql(storage, "CREATE TABLE t (a)");
            await CommitAsync(storage);
            Assert.Equal("database or disk is full: SQLITE_FULL", Refused(storage, "INSERT INTO t VALUES (zeroblob(100000))"));
            // SQLite has undone the turn's transaction, or only the statement: either way the turn ends well or the object is told.
            var commit = storage.Commit();
            if (commit.Durable is { } durable) await durable.WaitAsync(Cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await using var again = await OpenAsync();
        Assert.Equal(["0"], Sql(again, "SELECT count(*) FROM t"));
        Sql(again, "INSERT INTO t VALUES (1)");
        await CommitAsync(again);
    }

    [Fact]
    public async Task Rows_are_counted_with_their_entries_in_indexes()
    {
        await using var storage = await OpenAsync();
        Assert.Equal((0, 3), Counted(storage, "CREATE TABLE t (a INTEGER PRIMARY KEY, b, c); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)").Shifted());
        Sql(storage, "CREATE INDEX t_by_b ON t (b)");
        Assert.Equal((0, 2), Counted(storage, "INSERT INTO t VALUES (3, 3, 3)"));
        Assert.Equal((1, 0), Counted(storage, "SELECT * FROM t WHERE a = 1"));
        Assert.Equal((3, 0), Counted(storage, "SELECT * FROM t WHERE c = 1"));
        Assert.Equal((0, 2), Counted(storage, "UPDATE t SET b = 9 WHERE a = 1").WithoutReads());
        Assert.Equal((0, 1), Counted(storage, "UPDATE t SET c = 9 WHERE a = 1").WithoutReads());
    }

    [Fact]
    public async Task A_statement_runs_while_another_cursor_of_the_same_text_is_open()
    {
        await using var storage = await OpenAsync();
        Sql(storage, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
        using var first = storage.Sql.Prepare("SELECT a FROM t");
        Assert.True(first.Step());
        Assert.Equal(["1", "2"], Sql(storage, "SELECT a FROM t"));
        Sql(storage, "INSERT INTO t VALUES (3)");
        await CommitAsync(storage);
        Assert.True(first.Step());
        Assert.Equal(2, first.Number(0));
    }

    [Fact]
    public async Task What_a_write_returns_can_be_read_after_the_turn()
    {
        await using var storage = await OpenAsync();
        Sql(storage, "CREATE TABLE t (a)");
        using var cursor = storage.Sql.Prepare("INSERT INTO t VALUES (1), (2), (3) RETURNING a * 2");
        Assert.True(cursor.Step());
        await CommitAsync(storage);
        Assert.Equal(2, cursor.Number(0));
        Assert.True(cursor.Step());
        Assert.Equal(4, cursor.Number(0));
        Assert.True(cursor.Step());
        Assert.False(cursor.Step());
        Assert.Equal(3, cursor.RowsWritten);
    }

    [Fact]
    public async Task A_constraint_that_fails_undoes_its_statement_only()
    {
        await using var storage = await OpenAsync();
        Sql(storage, "CREATE TABLE t (a UNIQUE)");
        Sql(storage, "INSERT INTO t VALUES (1)");
        Assert.Equal("UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)", Refused(storage, "INSERT INTO t VALUES (2), (1)"));
        await CommitAsync(storage);
        Assert.Equal(["1"], Sql(storage, "SELECT a FROM t"));
    }

    [Fact]
    public async Task The_schema_may_change_under_a_statement_that_is_kept()
    {
        await using var storage = await OpenAsync();
        Sql(storage, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
        Assert.Equal(["1"], Sql(storage, "SELECT * FROM t"));
        Sql(storage, "ALTER TABLE t ADD COLUMN b DEFAULT 2");
        Assert.Equal(["1|2"], Sql(storage, "SELECT * FROM t"));
    }

    private static string Refused(IObjectStorage storage, string sql) => Assert.Throws<ObjectStorageException>(() => Sql(storage, sql)).Message;

    private static (long Read, long Written) Counted(IObjectStorage storage, string sql)
    {
        using var cursor = storage.Sql.Prepare(sql);
        while (cursor.Step())
        {
        }

        return (cursor.RowsRead, cursor.RowsWritten);
    }
}

internal static class Counts
{
    public static (long Read, long Written) WithoutReads(this (long Read, long Written) counted) => (0, counted.Written);

    public static (long Read, long Written) Shifted(this (long Read, long Written) counted) => (0, counted.Written + 1);
}
