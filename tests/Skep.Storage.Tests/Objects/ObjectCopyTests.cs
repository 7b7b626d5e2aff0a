using Skep.Abstractions.Objects;
using Skep.Storage.Objects;

namespace Skep.Storage.Tests.Objects;

/// <summary>Copies for backups, of objects that are open.</summary>
public sealed class ObjectCopyTests : ObjectTest
{
    private string CopyFolder => Path.Combine(Folder, "copy");

    private string CopyPath(int number) => PathOf(Address(number)).Replace(Folder, CopyFolder, StringComparison.Ordinal);

    [Fact]
    public async Task What_is_only_in_the_log_of_an_open_object_is_copied()
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        await CommitAsync(storage);
        Copy(1);
        Assert.False(File.Exists(CopyPath(1) + "-wal"));
        Assert.Equal("1", await ReadCopyAsync("a"));
        Assert.Equal("1", Get(storage, "a"));
    }

    [Fact]
    public async Task What_a_turn_has_not_committed_is_not_copied()
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        await CommitAsync(storage);
        Put(storage, "a", "2");
        Copy(1);
        Assert.Equal("1", await ReadCopyAsync("a"));
    }

    [Fact]
    public async Task A_copy_tells_when_the_alarm_is_due()
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        await CommitAsync(storage);
        Assert.Null(Copy(1));
        File.Delete(CopyPath(1));
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
        storage.Alarm = due;
        await CommitAsync(storage);
        Assert.Equal(due, Copy(1));
    }

    [Fact]
    public async Task A_copy_is_of_one_moment_however_much_is_written_meanwhile()
    {
        // Values of a page and more: a thousand pages, when the log is emptied, are soon written.
        await using var storage = await OpenAsync();
        Write(storage, 0);
        await CommitAsync(storage);
        using CancellationTokenSource enough = new();
        var commits = 0;
        var writing = Task.Run(
            async () =>
            {
                for (var i = 1; !enough.IsCancellationRequested; i++, commits++)
                {
                    Write(storage, i);
                    await CommitAsync(storage);
                }
            },
            Cancellation);
        for (var copied = 0; copied < 20; copied++)
        {
            var before = commits;
            Copy(1);
            await using (SqliteObjectStore copies = new(new ObjectStoreOptions(CopyFolder), Time))
            await using (var copy = await copies.OpenAsync(Address(1), WithSql, Cancellation))
            {
                var values = Enumerable.Range(0, 20).Select(key => Get(copy, $"{key}")!.TrimStart('-')).Distinct().ToList();
                Assert.True(int.Parse(Assert.Single(values), System.Globalization.CultureInfo.InvariantCulture) >= before);
            }

            Directory.Delete(CopyFolder, recursive: true);
        }

        await enough.CancelAsync();
        await writing;
        Assert.Empty(Failures);
        Assert.Empty(Directory.EnumerateFiles(Folder, "*-copied.new", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_damaged_object_is_named()
    {
        await using (var storage = await OpenAsync())
        {
            for (var i = 0; i < 100; i++) Put(storage, $"{i}", new string('x', 1000));
            await CommitAsync(storage);
        }

        await ReopenAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(CopyPath(1))!);
        using (var log = File.OpenWrite(PathOf(Address(1)) + "-wal")) log.SetLength(0);
        File.WriteAllBytes(PathOf(Address(1)), [.. "SQLite format 3\0"u8, .. new byte[8176]]);
        var failure = Assert.ThrowsAny<Exception>(() => ObjectCopy.Copy(PathOf(Address(1)), CopyPath(1)));
        Assert.Contains(Address(1).Id, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_being_deleted_when_a_server_ended_goes_at_the_next_start()
    {
        await using (var storage = await OpenAsync())
        {
            Put(storage, "a", "1");
            await CommitAsync(storage);
        }

        var folder = Path.Combine(Folder, NamespaceId);
        Directory.Move(folder, folder + ".deleted");
        Directory.CreateDirectory(Path.Combine(Folder, "0000"));
        await Store.SweepAsync();
        Assert.Equal([Path.Combine(Folder, "0000")], Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task An_alarm_that_is_kept_when_all_else_is_deleted_is_there_at_every_moment()
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        storage.Alarm = due;
        await CommitAsync(storage);
        storage.DeleteAll(alarm: false);
        // As if the process were killed in the middle of the turn.
        Assert.Equal(due, Copy(1));
        await CommitAsync(storage);
        Assert.Equal((due, null), (storage.Alarm, Get(storage, "a")));
    }

    private static void Write(IObjectStorage storage, int number)
    {
        for (var key = 0; key < 20; key++) Put(storage, $"{key}", $"{number}".PadLeft(4000, '-'));
    }

    private DateTimeOffset? Copy(int number)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(CopyPath(number))!);
        return ObjectCopy.Copy(PathOf(Address(number)), CopyPath(number));
    }

    private async Task<string?> ReadCopyAsync(string key)
    {
        await using SqliteObjectStore copies = new(new ObjectStoreOptions(CopyFolder), Time);
        await using var copy = await copies.OpenAsync(Address(1), WithSql, Cancellation);
        return Get(copy, key);
    }
}
