using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Objects.Storage;

/// <summary><c>ctx.storage.sql</c> as a worker uses it.</summary>
public sealed class ObjectSqlTests
{
    [Fact]
    public async Task A_cursor_is_read_in_every_way()
    {
        await using var world = await StorageWorld.StartAsync("""
            test({ sql }) {
              sql.exec("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL)");
              const all = () => sql.exec("SELECT a, b FROM t");
              const cursor = all();
              const next = [cursor.next(), cursor.next()];
              return [all().toArray(), [...all()], [...all().raw()], next, cursor.toArray(), cursor.next(), all().columnNames, sql.exec("SELECT count(*) AS n FROM t").one(),
                thrown(() => all().one()), thrown(() => sql.exec("SELECT 1 WHERE 0").one()), sql.databaseSize > 0];
            }
            """);
        Assert.Equal(
            """[[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":null}],[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":null}],[[1,"x"],[2,"y"],[3,null]],[{"done":false,"value":{"a":1,"b":"x"}},{"done":false,"value":{"a":2,"b":"y"}}],[{"a":3,"b":null}],{"done":true},["a","b"],{"n":3},"Error: Expected exactly one result from SQL query, but got multiple results.","Error: Expected exactly one result from SQL query, but got no results.",true]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task Rows_come_in_batches_and_none_is_lost()
    {
        await using var world = await StorageWorld.StartAsync("""
            test({ sql }) {
              sql.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
              for (let i = 0; i < 1000; i++) sql.exec("INSERT INTO t VALUES (?, ?)", i, "x".repeat(i));
              let sum = 0, length = 0;
              const cursor = sql.exec("SELECT * FROM t");
              for (const { a, b } of cursor) { sum += a; length += b.length; if (a % 100 === 0) sql.exec("UPDATE t SET b = b WHERE a = ?", a); }
              return [sum, length, cursor.rowsRead, sql.exec("SELECT a FROM t").toArray().length];
            }
            """);
        Assert.Equal("[499500,499500,1000,1000]", await world.CallAsync("test"));
    }

    [Fact]
    public async Task Bindings_are_converted_and_counted()
    {
        await using var world = await StorageWorld.StartAsync("""
            test({ sql }) {
              const one = (...values) => sql.exec("SELECT ? AS v, typeof(?1) AS t", ...values).one();
              const blob = one(new Uint8Array([1, 2, 3]).subarray(1)).v;
              return [one(1), one(1.5), one("ä"), one(null), one(undefined), one(true), one(12n), [blob instanceof ArrayBuffer, ...new Uint8Array(blob)], one(new Uint8Array(0)).t, one("").v,
                thrown(() => one()), thrown(() => one(1, 2)), thrown(() => one(Symbol("x"))), thrown(() => sql.exec("SELEC")), thrown(() => sql.exec("BEGIN")).slice(0, 70)];
            }
            """);
        Assert.Equal(
            """[{"v":1,"t":"real"},{"v":1.5,"t":"real"},{"v":"ä","t":"text"},{"v":null,"t":"null"},{"v":null,"t":"null"},{"v":"true","t":"text"},{"v":"12","t":"text"},[true,2,3],"blob","","Error: Wrong number of parameter bindings for SQL query.","Error: Wrong number of parameter bindings for SQL query.","TypeError: Cannot convert a Symbol value to a string","Error: near \"SELEC\": syntax error at offset 0: SQLITE_ERROR","Error: To execute a transaction, please use the state.storage.transact"]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task A_statement_that_never_ends_is_stopped_with_its_request()
    {
        await using var world = await StorageWorld.StartAsync("""
            test({ sql }) { return sql.exec("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n").one(); }
            """, limits: new WorkerLimits { CpuTime = TimeSpan.FromMilliseconds(100) });
        var lost = TestRuntime.Shared.ThreadsLost;
        Assert.Contains("exceeded CPU time limit", (await world.SendAsync("test")).ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(lost, TestRuntime.Shared.ThreadsLost);
    }

    [Fact]
    public async Task A_failed_statement_leaves_the_rest_of_the_turn()
    {
        await using var world = await StorageWorld.StartAsync("""
            test({ sql }) {
              sql.exec("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)");
              const error = thrown(() => sql.exec("INSERT INTO t VALUES (1)"));
              const cursor = sql.exec("INSERT INTO t VALUES (2) RETURNING a");
              return [error, [...cursor], cursor.rowsWritten, sql.exec("SELECT a FROM t").toArray().length];
            }
            """);
        Assert.Equal("""["Error: UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",[{"a":2}],2,2]""", await world.CallAsync("test"));
    }
}
