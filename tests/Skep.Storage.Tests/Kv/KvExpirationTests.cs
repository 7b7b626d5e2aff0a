using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Tests.Kv;

public sealed class KvExpirationTests : KvTest
{
    private long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task A_pair_that_has_expired_is_not_there_any_more()
    {
        await PutAsync("a", "1", Now + 60);
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("1", await GetAsync("a"));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await GetAsync("a"));
        Assert.Empty((await Store.ListAsync(Id, new KvListQuery(), Cancellation)).Keys);
    }

    [Fact]
    public async Task What_has_expired_is_removed_from_the_file_and_the_rest_is_not()
    {
        await Store.WriteAsync(Id, [.. Enumerable.Range(0, 1200).Select(number => new KvWrite($"old{number}", "x"u8.ToArray(), Now + 60)), new KvWrite("later", "x"u8.ToArray(), Now + 600), new KvWrite("kept", "x"u8.ToArray())]);
        Time.Advance(TimeSpan.FromSeconds(100));
        await Store.SweepAsync();
        Assert.Equal(2, Rows());
        Time.Advance(TimeSpan.FromSeconds(600));
        await Store.SweepAsync();
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task What_expired_while_nothing_ran_is_removed_too()
    {
        await PutAsync("a", "1", Now + 60);
        Time.Advance(TimeSpan.FromSeconds(100));
        await ReopenAsync();
        await Store.SweepAsync();
        Assert.Equal(0, Rows());
    }

    [Fact]
    public async Task Removing_happens_by_itself()
    {
        await PutAsync("a", "1", Now + 60);
        Time.Advance(TimeSpan.FromSeconds(100));
        // The timer has started a round; this one comes after it.
        await Store.SweepAsync();
        Assert.Equal(0, Rows());
    }

    private long Rows()
    {
        using var file = new SqliteDatabase(Path.Combine(Folder, Id + ".db"), Storage.Kv.KvSchema.Steps);
        var count = file.Prepare("SELECT count(*) FROM entry");
        count.Step();
        var rows = count.Int64(0);
        count.Reset();
        return rows;
    }
}
