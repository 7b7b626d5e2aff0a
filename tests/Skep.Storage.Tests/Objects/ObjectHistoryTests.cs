using Skep.Abstractions.Objects;

namespace Skep.Storage.Tests.Objects;

/// <summary>Going back in time.</summary>
public sealed class ObjectHistoryTests : ObjectTest
{
    [Fact]
    public async Task A_bookmark_leads_back_and_its_undo_forth_again()
    {
        string before, undo;
        await using (var storage = await OpenAsync())
        {
            await WriteAsync(storage, "1");
            before = storage.CurrentBookmark();
            await WriteAsync(storage, "2");
            Assert.True(string.CompareOrdinal(before, storage.CurrentBookmark()) < 0);
            undo = storage.RestoreAtNextOpen(before);
            Assert.True(string.CompareOrdinal(storage.CurrentBookmark(), undo) < 0);
            // Until then the object goes on.
            await WriteAsync(storage, "3");
            Assert.Equal("3", Get(storage, "a"));
        }

        await using (var back = await OpenAsync())
        {
            Assert.Equal(("1", "1"), (Get(back, "a"), Sql(back, "SELECT count(*) FROM t")[0]));
            Assert.True(string.CompareOrdinal(undo, back.CurrentBookmark()) < 0);
            back.RestoreAtNextOpen(undo);
        }

        await using var forth = await OpenAsync();
        Assert.Equal(("3", "3"), (Get(forth, "a"), Sql(forth, "SELECT count(*) FROM t")[0]));
    }

    [Fact]
    public async Task A_moment_of_the_past_is_found_also_after_the_log_was_moved()
    {
        DateTimeOffset first;
        await using (var storage = await OpenAsync())
        {
            await WriteAsync(storage, "1");
            await storage.WhenDurableAsync();
            _ = storage.CurrentBookmark();
            first = Time.GetUtcNow();
            Time.Advance(TimeSpan.FromDays(1));
            // More than the log holds: it is moved into the file meanwhile.
            for (var i = 0; i < 4; i++)
            {
                Sql(storage, "CREATE TABLE IF NOT EXISTS big (a); INSERT INTO big VALUES (zeroblob(1900000))");
                await CommitAsync(storage);
                Time.Advance(TimeSpan.FromHours(1));
            }

            await WriteAsync(storage, "2");
            storage.RestoreAtNextOpen(storage.BookmarkAt(first.AddHours(1)));
        }

        await using var back = await OpenAsync();
        Assert.Equal("1", Get(back, "a"));
        Assert.Equal("no such table: big: SQLITE_ERROR", Assert.Throws<ObjectStorageException>(() => Sql(back, "SELECT * FROM big")).Message);
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task What_is_no_bookmark_of_the_object_is_refused()
    {
        await using var storage = await OpenAsync();
        await WriteAsync(storage, "1");
        await using var other = await OpenAsync(2);
        await WriteAsync(other, "1");
        foreach (var bookmark in (string[])["", "x", other.CurrentBookmark()])
        {
            Assert.Equal(
                $"\"{bookmark}\" is no bookmark of this Durable Object, or its state is not kept any more.",
                Assert.Throws<ObjectStorageException>(() => storage.RestoreAtNextOpen(bookmark)).Message);
        }

        Assert.StartsWith("The history of this database begins at", Assert.Throws<ObjectStorageException>(() => storage.BookmarkAt(Time.GetUtcNow().AddDays(-31))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bookmark_in_the_middle_of_a_turn_holds_the_output_until_the_turn_is_stored()
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        _ = storage.CurrentBookmark();
        Assert.True(storage.HoldsOutput);
        var commit = storage.Commit();
        Assert.True(commit.Confirm);
        await commit.Durable!;
        Assert.False(storage.HoldsOutput);
        Assert.Null(storage.Commit().Durable);
    }

    private static async Task WriteAsync(IObjectStorage storage, string value)
    {
        Put(storage, "a", value);
        Sql(storage, "CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (?)", value);
        await CommitAsync(storage);
    }
}
