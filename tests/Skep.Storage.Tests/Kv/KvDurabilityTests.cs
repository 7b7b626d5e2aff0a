using Skep.Abstractions.Kv;
using Skep.Storage.Files;
using Skep.Storage.Kv;

namespace Skep.Storage.Tests.Kv;

/// <summary>What is acknowledged is on the disk; what fails leaves no trace and says why.</summary>
public sealed class KvDurabilityTests : KvTest
{
    [Fact]
    public void A_commit_waits_for_the_disk()
    {
        using var threads = new DiskThreads(1, "kv writer");
        var file = new KvFile(Path.Combine(Folder, "synced.db"), new KvStoreOptions(Folder), threads, create: true);
        // FULL: the log is synced at each commit (https://sqlite.org/pragma.html#pragma_synchronous).
        Assert.Equal(2, file.Synchronous);
        file.Retire();
    }

    [Fact]
    public async Task What_is_acknowledged_is_in_the_log_that_another_process_finds()
    {
        await PutAsync("a", "1");
        var copy = Path.Combine(Folder, "copy");
        Directory.CreateDirectory(copy);
        // As a crash would leave it: file and log, without the shared memory.
        foreach (var suffix in (string[])["", "-wal"]) File.Copy(Path.Combine(Folder, $"{Id}.db{suffix}"), Path.Combine(copy, $"{Id}.db{suffix}"));
        await using var recovered = new SqliteKvStore(new KvStoreOptions(copy), Time);
        using var entry = await recovered.GetAsync(Id, "a", Cancellation);
        Assert.NotNull(entry);
    }

    [Fact]
    public async Task A_namespace_without_room_refuses_what_does_not_fit_and_only_that()
    {
        await ReopenAsync(options => options with { MaxFileBytes = 256 << 10 });
        var big = Store.WriteAsync(Id, [new KvWrite("small one of the same batch", "1"u8.ToArray()), new KvWrite("big", new byte[1 << 20])]).AsTask();
        var small = Enumerable.Range(0, 20).Select(number => PutAsync($"k{number}", "1").AsTask()).ToArray();
        var refused = await Assert.ThrowsAsync<KvException>(() => big);
        await Task.WhenAll(small);
        Assert.Equal((507, "The namespace has no room left: its disk or its quota is full."), (refused.Status, refused.Message));
        Assert.Null(await GetAsync("small one of the same batch"));
        Assert.Equal("1", await GetAsync("k19"));
        Assert.Contains(Folder, Assert.Single(Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_named_to_the_operator_and_not_to_the_worker()
    {
        await Store.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, Id + ".db"), new string('x', 5000), Cancellation);
        await ReopenAsync();
        var refused = await Assert.ThrowsAsync<KvException>(() => GetAsync("a"));
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_ends_when_all_that_it_took_is_done()
    {
        var writes = Enumerable.Range(0, 500).Select(number => PutAsync($"k{number}", "1").AsTask()).ToArray();
        await ReopenAsync();
        await Task.WhenAll(writes);
        Assert.Equal(500, (await Store.ListAsync(Id, new KvListQuery(), Cancellation)).Keys.Count);
    }
}
