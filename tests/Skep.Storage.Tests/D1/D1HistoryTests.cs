using Skep.Abstractions.D1;
using Skep.Storage.D1;

namespace Skep.Storage.Tests.D1;

/// <summary>Going back in time: to any commit, however often the log was emptied, the server restarted or killed in between.</summary>
public sealed class D1HistoryTests : D1Test
{
    private static readonly Func<D1StoreOptions, D1StoreOptions> _shortLog = static options => options with { LogPages = 8 };

    [Fact]
    public async Task Every_commit_can_be_gone_back_to()
    {
        await ReopenAsync(_shortLog);
        var states = await WriteAsync(40);
        // Backwards, forwards, and anywhere in between: what was undone is history, too.
        foreach (var number in Enumerable.Range(0, states.Count).Reverse().Concat([39, 0, 20, 5, 39])) await CheckAsync(states[number]);
    }

    [Fact]
    public async Task A_time_is_the_last_commit_before_it()
    {
        await ReopenAsync(_shortLog);
        var states = await WriteAsync(30);
        foreach (var state in states)
        {
            Assert.Equal(state.Bookmark, await Store.FindBookmarkAsync(Id, state.At));
            Assert.Equal(state.Bookmark, await Store.FindBookmarkAsync(Id, state.At.AddMilliseconds(999)));
        }

        var refused = await Assert.ThrowsAsync<D1Exception>(async () => await Store.FindBookmarkAsync(Id, states[0].At.AddDays(-1)));
        Assert.StartsWith("The history of this database begins at ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        List<State> states = [];
        for (var round = 0; round < 5; round++)
        {
            states.AddRange(await WriteAsync(5, from: round * 5));
            await ReopenAsync(_shortLog);
        }

        foreach (var state in states) Assert.Equal(state.Bookmark, await Store.FindBookmarkAsync(Id, state.At));
        foreach (var state in states.AsEnumerable().Reverse()) await CheckAsync(state);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_crash_forgets_nothing(int logPages)
    {
        await ReopenAsync(options => options with { LogPages = logPages });
        var states = await WriteAsync(25);
        var copy = Path.Combine(Folder, "copy");
        while (!TryCopyAsOfNow(Path.Combine(Folder, Id), Path.Combine(copy, Id))) Directory.Delete(copy, recursive: true);

        await using SqliteD1Store recovered = new(new D1StoreOptions(copy), Time);
        foreach (var state in states) Assert.Equal(state.Bookmark, await recovered.FindBookmarkAsync(Id, state.At));
        foreach (var state in states.AsEnumerable().Reverse())
        {
            await recovered.RestoreAsync(Id, state.Bookmark);
            using var writer = Write(D1Shape.Raw, D1Flags.None, ("SELECT sum(a), sum(length(b)) FROM t", []));
            using var answer = await recovered.QueryAsync(Id, writer.Written, Cancellation);
            Assert.Equal($"[[{state.Rows}]]", System.Text.Encoding.UTF8.GetString(answer.Json.Span));
        }
    }

    [Fact]
    public async Task Going_back_can_be_undone()
    {
        await RunAsync("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
        var before = await Store.FindBookmarkAsync(Id, null);
        await RunAsync("DROP TABLE t");
        var restored = await Store.RestoreAsync(Id, before);
        Assert.Equal("1", await RowsAsync("SELECT a FROM t"));
        var undone = await Store.RestoreAsync(Id, restored.PreviousBookmark);
        Assert.Equal("no such table: t: SQLITE_ERROR", (await FailsAsync("SELECT a FROM t")).Message);
        await Store.RestoreAsync(Id, undone.PreviousBookmark);
        Assert.Equal("1", await RowsAsync("SELECT a FROM t"));
        Assert.True(string.CompareOrdinal(before, restored.Bookmark) < 0);
    }

    [Fact]
    public async Task A_new_database_can_become_empty_again()
    {
        var made = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync("CREATE TABLE t (a)");
        await Store.RestoreAsync(Id, await Store.FindBookmarkAsync(Id, made));
        Assert.Equal("0", await RowsAsync("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task A_bookmark_of_another_database_is_refused()
    {
        await Store.CreateDatabaseAsync("other");
        var foreign = await Store.FindBookmarkAsync("other", null);
        foreach (var bookmark in (string[])[foreign, "nonsense", foreign.Replace('0', '1')])
        {
            var refused = await Assert.ThrowsAsync<D1Exception>(async () => await Store.RestoreAsync(Id, bookmark));
            Assert.Equal($"\"{bookmark}\" is no bookmark of this database.", refused.Message);
        }
    }

    [Fact]
    public async Task Old_history_is_forgotten_and_the_rest_is_not()
    {
        await ReopenAsync(_shortLog);
        var old = await WriteAsync(20);
        Time.Advance(TimeSpan.FromDays(31));
        var young = await WriteAsync(20, from: 20);
        var refused = await Assert.ThrowsAsync<D1Exception>(async () => await Store.RestoreAsync(Id, old[0].Bookmark));
        Assert.Contains("is not kept any more", refused.Message, StringComparison.Ordinal);
        foreach (var state in young.AsEnumerable().Reverse()) await CheckAsync(state);
    }

    [Fact]
    public async Task History_has_its_share_of_the_disk()
    {
        await ReopenAsync(options => options with { LogPages = 8, HistoryBytes = 500_000 });
        await WriteAsync(100);
        await Store.DisposeAsync();
        var bytes = Directory.EnumerateFiles(Path.Combine(Folder, Id, "history")).Sum(file => new FileInfo(file).Length);
        Assert.InRange(bytes, 1, 700_000);
    }

    [Fact]
    public async Task A_file_that_others_have_changed_begins_another_history()
    {
        await RunAsync("CREATE TABLE t (a)");
        var before = await Store.FindBookmarkAsync(Id, null);
        await Store.DisposeAsync();
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow.AddHours(1));
        await ReopenAsync();
        Assert.Equal("0", await RowsAsync("SELECT count(*) FROM t"));
        await Assert.ThrowsAsync<D1Exception>(async () => await Store.RestoreAsync(Id, before));
        Assert.True(string.CompareOrdinal(before, await Store.FindBookmarkAsync(Id, null)) < 0);
    }

    [Fact]
    public async Task Damaged_history_does_not_harm_the_database()
    {
        await ReopenAsync(_shortLog);
        var states = await WriteAsync(20);
        await Store.DisposeAsync();
        var segment = Directory.EnumerateFiles(Path.Combine(Folder, Id, "history"), "0*.history").Order().ElementAt(1);
        var bytes = await System.IO.File.ReadAllBytesAsync(segment, Cancellation);
        bytes[^2000] ^= 1;
        await System.IO.File.WriteAllBytesAsync(segment, bytes, Cancellation);
        await ReopenAsync(_shortLog);
        var now = await RowsAsync("SELECT sum(a), sum(length(b)) FROM t");
        Assert.Equal(states[^1].Rows, now);
        await Assert.ThrowsAsync<D1Exception>(async () => await Store.RestoreAsync(Id, states[0].Bookmark));
        Assert.Contains(Failures, failure => failure.Message.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal(now, await RowsAsync("SELECT sum(a), sum(length(b)) FROM t"));
        await CheckAsync(states[^1]);
    }

    [Fact]
    public async Task A_session_gets_bookmarks_that_grow()
    {
        await RunAsync("CREATE TABLE t (a)");
        var last = "";
        for (var i = 0; i < 20; i++)
        {
            using var writer = Write(D1Shape.Objects, D1Flags.Bookmark, (i % 2 == 0 ? "INSERT INTO t VALUES (1)" : "SELECT * FROM t", []));
            using var answer = await Store.QueryAsync(Id, writer.Written, Cancellation);
            Assert.True(string.CompareOrdinal(last, answer.Bookmark) <= 0);
            last = answer.Bookmark!;
        }
    }

    // As a crash would leave it: files and logs without the shared memory. Not while the log becomes history, which goes on after a write
    // was acknowledged: a crash is one moment for all files.
    private static bool TryCopyAsOfNow(string folder, string copy)
    {
        Directory.CreateDirectory(copy);
        try
        {
            var before = Listed();
            foreach (var (file, _, written) in before.Where(each => Path.GetExtension(each.File) is not (".db-shm" or ".lock")))
            {
                var to = Path.Combine(copy, Path.GetRelativePath(folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                System.IO.File.Copy(file, to);
                System.IO.File.SetLastWriteTimeUtc(to, written);
            }

            return Listed().SequenceEqual(before);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        List<(string File, long Length, DateTime Written)> Listed() =>
            [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc)).Order()];
    }

    private async Task<List<State>> WriteAsync(int count, int from = 0)
    {
        await RunAsync("CREATE TABLE IF NOT EXISTS t (a INTEGER, b TEXT)");
        List<State> states = [];
        for (var i = from; i < from + count; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            // Rows that come, change and go, in pages that do so too.
            await RunAsync("INSERT INTO t VALUES (?, ?)", i, new string('x', i * 700 % 9000));
            if (i % 3 == 0) await RunAsync("UPDATE t SET b = b || 'y' WHERE a % 2 = 0");
            if (i % 7 == 0) await RunAsync("DELETE FROM t WHERE a % 5 = 3");
            states.Add(new State(await Store.FindBookmarkAsync(Id, null), Time.GetUtcNow(), await RowsAsync("SELECT sum(a), sum(length(b)) FROM t")));
        }

        return states;
    }

    private async Task CheckAsync(State state)
    {
        await Store.RestoreAsync(Id, state.Bookmark);
        Assert.Equal(state.Rows, await RowsAsync("SELECT sum(a), sum(length(b)) FROM t"));
        Assert.Equal("\"ok\"", await RowsAsync("PRAGMA quick_check"));
    }

    private sealed record State(string Bookmark, DateTimeOffset At, string Rows);
}
