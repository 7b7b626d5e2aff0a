using Skep.Abstractions.Objects;

namespace Skep.Storage.Tests.Objects;

/// <summary>Keys and values, and the transaction that a turn is.</summary>
public sealed class ObjectKeyValueTests : ObjectTest
{
    [Fact]
    public async Task An_object_that_never_wrote_has_no_file()
    {
        await using var storage = await OpenAsync();
        Assert.Null(Get(storage, "a"));
        Assert.Null(storage.Alarm);
        Assert.False(storage.Delete("a"u8));
        Assert.Null(storage.Commit().Durable);
        Assert.False(Directory.Exists(Path.Combine(Folder, NamespaceId)));
    }

    [Fact]
    public async Task What_was_committed_is_there_for_the_next_host()
    {
        await using (var storage = await OpenAsync())
        {
            Put(storage, "a", "1");
            Put(storage, "b", "");
            Assert.True(storage.HoldsOutput);
            await CommitAsync(storage);
            Assert.False(storage.HoldsOutput);
        }

        await using var again = await OpenAsync();
        Assert.Equal(("1", ""), (Get(again, "a"), Get(again, "b")));
        Assert.True(again.Delete("a"u8));
        Assert.Null(Get(again, "a"));
    }

    [Fact]
    public async Task What_was_not_committed_is_undone_when_the_object_ends()
    {
        await using (var storage = await OpenAsync())
        {
            Put(storage, "a", "1");
            await CommitAsync(storage);
            Put(storage, "a", "2");
        }

        await using var again = await OpenAsync();
        Assert.Equal("1", Get(again, "a"));
    }

    [Fact]
    public async Task A_write_without_confirmation_holds_no_output_but_is_stored()
    {
        await using var storage = await OpenAsync();
        storage.AllowUnconfirmed = true;
        Put(storage, "a", "1");
        storage.AllowUnconfirmed = false;
        Assert.False(storage.HoldsOutput);
        var commit = storage.Commit();
        Assert.False(commit.Confirm);
        await commit.Durable!;
        Assert.Equal("1", Get(storage, "a"));
    }

    [Fact]
    public async Task Keys_are_listed_in_the_order_of_their_bytes()
    {
        await using var storage = await OpenAsync();
        foreach (var key in (string[])["b", "a", "ä", "aa", "c", "\u0000", "A"]) Put(storage, key, key);
        Assert.Equal(["\u0000", "A", "a", "aa", "b", "c", "ä"], List(storage));
        Assert.Equal(["aa", "b"], List(storage, "aa", "c"));
        Assert.Equal(["b", "aa"], List(storage, "aa", "c", reverse: true));
        Assert.Equal(["ä", "c"], List(storage, reverse: true, limit: 2));
    }

    [Fact]
    public async Task A_transaction_within_a_turn_is_kept_or_undone_as_a_whole()
    {
        await using var storage = await OpenAsync();
        Put(storage, "outer", "1");
        var transaction = storage.Begin();
        Put(storage, "inner", "1");
        Assert.Null(storage.Commit().Durable);
        var nested = storage.Begin();
        Put(storage, "nested", "1");
        storage.End(nested, keep: false);
        Assert.Null(Get(storage, "nested"));
        storage.End(transaction, keep: true);
        await CommitAsync(storage);
        Assert.Equal(("1", "1"), (Get(storage, "outer"), Get(storage, "inner")));

        var undone = storage.Begin();
        storage.Delete("outer"u8);
        storage.Alarm = DateTimeOffset.UnixEpoch.AddDays(1);
        storage.End(undone, keep: false);
        Assert.Equal("1", Get(storage, "outer"));
        Assert.Null(storage.Alarm);
    }

    [Fact]
    public async Task The_first_table_that_is_undone_is_made_again()
    {
        await using var storage = await OpenAsync();
        var transaction = storage.Begin();
        Put(storage, "a", "1");
        storage.End(transaction, keep: false);
        Assert.Null(Get(storage, "a"));
        Put(storage, "a", "2");
        await CommitAsync(storage);
        Assert.Equal("2", Get(storage, "a"));
    }

    [Fact]
    public async Task An_outer_transaction_does_not_end_before_the_inner_one()
    {
        await using var storage = await OpenAsync();
        var outer = storage.Begin();
        storage.Begin();
        Assert.Equal(
            "Cannot roll back an outer transaction while a nested transaction is still running.",
            Assert.Throws<ObjectStorageException>(() => storage.End(outer, keep: false)).Message);
    }

    [Fact]
    public async Task Without_sql_keys_and_values_are_short()
    {
        await using var storage = await OpenAsync(kind: WithoutSql);
        storage.Put(new byte[2048], new byte[131072 + 34]);
        Assert.Equal("Keys cannot be larger than 2048 bytes.", Assert.Throws<ObjectStorageException>(() => storage.Put(new byte[2049], "1"u8)).Message);
        Assert.Equal("Values cannot be larger than 131072 bytes.", Assert.Throws<ObjectStorageException>(() => storage.Put("a"u8, new byte[131072 + 35])).Message);
        Assert.Equal(ObjectStorageError.TooLarge, Assert.Throws<ObjectStorageException>(() => storage.Put(new byte[2049], "1"u8)).Kind);
        Assert.StartsWith("This Durable Object is not backed by SQLite storage", Assert.Throws<ObjectStorageException>(() => Sql(storage, "SELECT 1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_sql_a_pair_has_two_megabytes()
    {
        await using var storage = await OpenAsync();
        storage.Put("a"u8, new byte[(2 << 20) - 1]);
        Assert.Equal("string or blob too big: SQLITE_TOOBIG", Assert.Throws<ObjectStorageException>(() => storage.Put("a"u8, new byte[2 << 20])).Message);
        await CommitAsync(storage);
    }

    [Fact]
    public async Task The_terms_of_an_alarm_are_stored_with_it()
    {
        await using (var storage = await OpenAsync())
        {
            Assert.True(storage.Terms.IsEmpty);
            storage.Alarm = DateTimeOffset.UnixEpoch.AddDays(1);
            storage.Terms = new byte[] { 1, 2, 3 };
            await CommitAsync(storage);
            storage.DeleteAll(alarm: false);
            await CommitAsync(storage);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal([1, 2, 3], reopened.Terms.ToArray());
        reopened.DeleteAll(alarm: true);
        await CommitAsync(reopened);
        Assert.True(reopened.Terms.IsEmpty);
    }

    [Fact]
    public async Task Deleting_all_leaves_the_alarm_only_if_told_so()
    {
        await using var storage = await OpenAsync();
        Put(storage, "a", "1");
        Sql(storage, "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent REFERENCES parent (id)); CREATE VIEW v AS SELECT * FROM child; CREATE VIRTUAL TABLE words USING fts5 (text)");
        Sql(storage, "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1); INSERT INTO words VALUES ('hello')");
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        storage.Alarm = due;
        await CommitAsync(storage);
        storage.DeleteAll(alarm: false);
        Assert.Equal(due, storage.Alarm);
        Assert.Null(Get(storage, "a"));
        Assert.Empty(Sql(storage, "SELECT name FROM sqlite_master WHERE name NOT LIKE '~_cf~_%' ESCAPE '~'"));
        Put(storage, "b", "2");
        await CommitAsync(storage);
        Assert.Equal("2", Get(storage, "b"));
        storage.DeleteAll(alarm: true);
        Assert.Null(storage.Alarm);
        await CommitAsync(storage);
        Assert.True(storage.DatabaseSize < 64 << 10);
        Sql(storage, "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent REFERENCES parent (id))");
        // Foreign keys hold again.
        Assert.Equal("FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)", Assert.Throws<ObjectStorageException>(() => Sql(storage, "INSERT INTO child VALUES (9)")).Message);
    }

    private static List<string> List(IObjectStorage storage, string start = "", string end = "", bool reverse = false, long limit = -1)
    {
        List<string> keys = [];
        storage.List(Utf8(start), Utf8(end), reverse, limit, static (ref List<string> keys, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        {
            Assert.True(key.SequenceEqual(value));
            keys.Add(System.Text.Encoding.UTF8.GetString(key));
            return true;
        }, ref keys);
        return keys;
    }
}
