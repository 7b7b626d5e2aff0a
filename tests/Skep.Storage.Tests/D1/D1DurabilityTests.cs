using Skep.Abstractions.D1;
using Skep.Storage.D1;

namespace Skep.Storage.Tests.D1;

/// <summary>What fails leaves no trace and says why.</summary>
public sealed class D1DurabilityTests : D1Test
{
    [Fact]
    public async Task The_store_ends_when_all_that_it_took_is_done()
    {
        await RunAsync("CREATE TABLE t (a)");
        var writes = Enumerable.Range(0, 500).Select(number => RunAsync("INSERT INTO t VALUES (?)", number)).ToArray();
        await ReopenAsync();
        await Task.WhenAll(writes);
        Assert.Equal("500", await RowsAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_database_without_room_refuses_what_does_not_fit_and_only_that()
    {
        await ReopenAsync(options => options with { MaxDatabaseBytes = 256 << 10 });
        await RunAsync("CREATE TABLE t (a, b)");
        var big = RunAsync("INSERT INTO t VALUES (0, ?)", new byte[1 << 20]);
        var small = Enumerable.Range(1, 20).Select(number => RunAsync("INSERT INTO t VALUES (?, 'x')", number)).ToArray();
        var refused = await Assert.ThrowsAsync<D1Exception>(() => big);
        await Task.WhenAll(small);
        Assert.Equal(507, refused.Status);
        Assert.Contains("no room left", refused.Message, StringComparison.Ordinal);
        Assert.Equal("20,1", await RowsAsync("SELECT count(*), min(a) FROM t"));
        Assert.Contains(Folder, Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_named_to_the_operator_and_not_to_the_worker()
    {
        await Store.CreateDatabaseAsync("other");
        await Store.DisposeAsync();
        await System.IO.File.WriteAllTextAsync(File, new string('x', 50_000), Cancellation);
        await ReopenAsync();
        var refused = await FailsAsync("SELECT 1");
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, Failures[0].Message, StringComparison.Ordinal);
        using var writer = Write(D1Shape.Raw, D1Flags.None, ("SELECT 1", []));
        (await Store.QueryAsync("other", writer.Written, Cancellation)).Dispose();
    }

    [Fact]
    public async Task A_database_that_makes_room_for_another_ends_what_it_does_first()
    {
        string[] databases = [Id, "b", "c", "d"];
        foreach (var database in databases) await Store.CreateDatabaseAsync(database);
        // Each commit moves the log after its caller was answered, and each call has another database closed.
        await ReopenAsync(options => options with { OpenDatabases = 1, LogPages = 1 });
        await Task.WhenAll(databases.Select(database => Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    using var write = Write(D1Shape.Raw, D1Flags.None, ("CREATE TABLE IF NOT EXISTS t (a)", []), ("INSERT INTO t VALUES (?)", [i]));
                    (await Store.QueryAsync(database, write.Written, Cancellation)).Dispose();
                    using var read = Write(D1Shape.Raw, D1Flags.None, ("SELECT count(*) FROM t", []));
                    using var answer = await Store.QueryAsync(database, read.Written, Cancellation);
                    Assert.Equal($"[[{i + 1}]]", System.Text.Encoding.UTF8.GetString(answer.Json.Span));
                }
            },
            Cancellation)));
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task Only_one_process_has_a_database()
    {
        await RunAsync("CREATE TABLE t (a)");
        await using SqliteD1Store second = new(new D1StoreOptions(Folder), Time);
        using var writer = Write(D1Shape.Raw, D1Flags.None, ("SELECT 1", []));
        var refused = await Assert.ThrowsAsync<D1Exception>(async () => (await second.QueryAsync(Id, writer.Written, Cancellation)).Dispose());
        Assert.Equal((409, "The database is open in another process of Skep: end that first."), (refused.Status, refused.Message));
    }
}
