using Skep.Abstractions.R2;
using Skep.Storage.R2;

namespace Skep.Storage.Tests.R2;

/// <summary>What is acknowledged is on the disk; what fails leaves no trace and says why.</summary>
public sealed class R2DurabilityTests : R2Test
{
    [Fact]
    public async Task What_is_acknowledged_is_what_another_process_finds_after_a_crash()
    {
        var content = Random(100_000);
        await PutLongAsync("long", content);
        await PutAsync("short", "1");
        // As a crash would leave it: without the shared memory, and with content that was not yet put where it stays.
        var copy = Path.Combine(Folder, "copy");
        Copy(BucketFolder, copy);
        File.Delete(Path.Combine(copy, "bucket.db-shm"));
        var blob = Assert.Single(Directory.EnumerateFiles(Path.Combine(copy, "blobs"), "*", SearchOption.AllDirectories));
        File.Move(blob, Path.Combine(copy, "incoming", Path.GetFileName(blob)));
        await File.WriteAllTextAsync(Path.Combine(copy, "incoming", R2Folder.NewId()), "half of an upload", Cancellation);
        await using var recovered = new SqliteR2Store(new R2StoreOptions(Folder), Time);
        await using var read = await recovered.GetAsync("copy", new R2Get("long"), Cancellation);
        Assert.Equal(content, await BytesAsync(read!));
        Assert.NotNull(await recovered.HeadAsync("copy", "short", Cancellation));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(copy, "incoming")));
    }

    [Fact]
    public async Task Files_that_were_to_be_removed_are_removed_by_the_next_start()
    {
        await PutLongAsync("a", Random(100_000));
        var blob = Assert.Single(Blobs);
        var kept = await File.ReadAllBytesAsync(blob, Cancellation);
        await Store.DeleteAsync(Bucket, ["a"]);
        await UntilAsync(() => Blobs.Length == 0);
        // The process ended before it came to it.
        await Store.DisposeAsync();
        await File.WriteAllBytesAsync(blob, kept, Cancellation);
        await ReopenAsync();
        await PutAsync("b", "1");
        Assert.Empty(Blobs);
    }

    [Fact]
    public async Task Content_that_another_has_on_its_way_in_is_left_alone()
    {
        var incoming = Path.Combine(BucketFolder, "incoming", R2Folder.NewId());
        await File.WriteAllTextAsync(incoming, "half of an upload", Cancellation);
        await using (var other = Open()) await other.PutAsync(Bucket, new R2Put { Key = "a" }, default, Cancellation);
        Assert.True(File.Exists(incoming));
        await ReopenAsync();
        await PutAsync("b", "1");
        Assert.False(File.Exists(incoming));
    }

    [Fact]
    public async Task A_bucket_without_room_refuses_what_does_not_fit_and_only_that()
    {
        await ReopenAsync(options => options with { MaxBucketBytes = 1000 });
        await PutAsync("a", new string('x', 900));
        var refused = await RefusedAsync(() => PutAsync("b", new string('x', 101)));
        Assert.Equal((507, "The bucket has no room left: its disk or its quota is full."), (refused.Status, refused.Message));
        Assert.NotNull(await PutAsync("a", new string('x', 950)));
        Assert.NotNull(await PutAsync("c", "1"));
        Assert.Null(await BytesAsync("b"));
    }

    [Fact]
    public async Task A_full_disk_refuses_and_keeps_what_is_there()
    {
        var disk = Path.Combine(Folder, "small");
        Directory.CreateDirectory(disk);
        if (!TryMount(disk)) Assert.Skip("Mounting a small disk needs root.");
        try
        {
            await using SqliteR2Store store = new(new R2StoreOptions(disk) { OnFailure = Failures.Add, CreateMissing = true }, Time);
            Assert.NotNull(await store.PutAsync(Bucket, new R2Put { Key = "kept" }, new R2Body(Random(200_000)), Cancellation));
            var refused = await RefusedAsync(() => store.PutAsync(Bucket, new R2Put { Key = "big" }, new R2Body(default, new Dribble(Random(8 << 20))), Cancellation));
            Assert.Equal((507, "The bucket has no room left: its disk or its quota is full."), (refused.Status, refused.Message));
            await using var read = await store.GetAsync(Bucket, new R2Get("kept"), Cancellation);
            Assert.Equal(Random(200_000), await BytesAsync(read!));
            Assert.NotNull(await store.PutAsync(Bucket, new R2Put { Key = "next" }, new R2Body(Random(200_000)), Cancellation));
            Assert.NotEmpty(Failures);
        }
        finally
        {
            Assert.Equal(0, Unmount(disk));
        }
    }

    [Fact]
    public async Task A_damaged_database_is_named_to_the_operator_and_not_to_the_worker()
    {
        await Store.CreateBucketAsync("other");
        await Store.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(BucketFolder, "bucket.db"), new string('x', 5000), Cancellation);
        await ReopenAsync();
        var refused = await RefusedAsync(() => Store.HeadAsync(Bucket, "a", Cancellation));
        Assert.Equal((500, "The bucket's files are damaged and have to be restored from a backup."), (refused.Status, refused.Message));
        Assert.Contains(Folder, Failures[0].Message, StringComparison.Ordinal);
        Assert.NotNull(await Store.PutAsync("other", new R2Put { Key = "a" }, default, Cancellation));
    }

    [Fact]
    public async Task Content_that_is_lost_is_an_error_and_no_empty_object()
    {
        await PutLongAsync("a", Random(100_000));
        File.Delete(Blobs[0]);
        Assert.Contains("damaged", (await RefusedAsync(() => Store.GetAsync(Bucket, new R2Get("a"), Cancellation))).Message, StringComparison.Ordinal);
        await PutLongAsync("b", Random(100_000));
        await File.WriteAllTextAsync(Blobs[0], "short", Cancellation);
        await using var read = await Store.GetAsync(Bucket, new R2Get("b"), Cancellation);
        await Assert.ThrowsAsync<EndOfStreamException>(() => BytesAsync(read!));
    }

    [Fact]
    public async Task The_store_ends_when_all_that_it_took_is_done()
    {
        var writes = Enumerable.Range(0, 200).Select(number => number % 2 == 0 ? PutAsync($"k{number}", "1").AsTask() : PutLongAsync($"k{number}", Random(40_000)).AsTask()).ToArray();
        await ReopenAsync();
        await Task.WhenAll(writes);
        Assert.Equal(200, (await Store.ListAsync(Bucket, new R2ListQuery(), Cancellation)).Objects.Count);
        Assert.Equal(100, Blobs.Length);
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from)) Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
    }

    private static bool TryMount(string folder) => Mount("tmpfs", folder, "tmpfs", 0, "size=3m") == 0;

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "mount", CharSet = System.Runtime.InteropServices.CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Mount(string source, string target, string type, nuint flags, string data);

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "umount", CharSet = System.Runtime.InteropServices.CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Unmount(string target);
}
