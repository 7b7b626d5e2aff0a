using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;
using Skep.Edge.Caching;
using Skep.Testing;

namespace Skep.Edge.Tests.Caching;

public sealed class PersistenceTests : IDisposable
{
    private static readonly CacheKey Key = new("worker", "http://example.com/a");
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private string Own => _folder.Path;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public async Task A_response_is_there_after_a_restart(int length)
    {
        string text = new('x', length);
        await using (CacheStore store = await OpenAsync())
            Assert.True(await PutAsync(store, text, ["cache-control", "max-age=60", "x-a", "ü", "vary", "accept", "cache-tag", "red"], ["accept", "y"]));
        _time.Advance(TimeSpan.FromSeconds(30));
        await using CacheStore again = await OpenAsync();
        Assert.Null(again.Match(Key, []));
        await using (SubrequestResponse found = again.Match(Key, ["accept", "y"])!)
        {
            List<string> headers = [];
            found.CopyHeaders(headers);
            Assert.Equal(["cache-control", "max-age=60", "x-a", "ü", "vary", "accept", "content-length", $"{length}", "age", "30", "cf-cache-status", "HIT"], headers);
            Assert.Equal(text, await new StreamReader(found.Body!).ReadToEndAsync(Cancellation));
        }

        Assert.Equal(1, await again.PurgeAsync(new CachePurge(ZoneId.Of("example.com")) { Tags = ["red"] }));
        Assert.Empty(Directory.GetFiles(Own));
    }

    [Fact]
    public async Task What_was_forgotten_or_replaced_does_not_come_back()
    {
        await using (CacheStore store = await OpenAsync())
        {
            await PutAsync(store, "old", []);
            await PutAsync(store, "new", []);
            await PutAsync(store, "other", [], [], Key with { Url = "http://example.com/b" });
            store.Delete(Key with { Url = "http://example.com/b" });
        }

        await using CacheStore again = await OpenAsync();
        await using SubrequestResponse found = again.Match(Key, [])!;
        Assert.Equal("new", await new StreamReader(found.Body!).ReadToEndAsync(Cancellation));
        Assert.Null(again.Match(Key with { Url = "http://example.com/b" }, []));
        Assert.Single(Directory.GetFiles(Own));
    }

    [Fact]
    public async Task A_file_that_was_cut_or_changed_is_no_entry()
    {
        await using (CacheStore store = await OpenAsync())
            await PutAsync(store, "hello", ["x-a", "1"]);
        string file = Assert.Single(Directory.GetFiles(Own));
        byte[] whole = await File.ReadAllBytesAsync(file, Cancellation);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = at % 2 == 0 ? whole[..at] : [.. whole[..at], (byte)(whole[at] ^ 0x10), .. whole[(at + 1)..]];
            await File.WriteAllBytesAsync(file, damaged, Cancellation);
            await using CacheStore again = await OpenAsync();
            SubrequestResponse? found = again.Match(Key, []);
            if (found is null)
            {
                Assert.Empty(Directory.GetFiles(Own));
            }
            else
            {
                // The body is looked at when it is read.
                Assert.True(at < 5);
                await Assert.ThrowsAsync<IOException>(async () => await found.Body!.CopyToAsync(new MemoryStream(), Cancellation));
            }

            await File.WriteAllBytesAsync(file, whole, Cancellation);
        }
    }

    [Fact]
    public async Task What_a_crash_left_is_removed()
    {
        _folder.Write("half.tmp", "half");
        _folder.Write("0193a1b2c3d47e5f8a9b0c1d2e3f4a5b.entry", "half");
        await using CacheStore store = await OpenAsync();
        Assert.Empty(Directory.GetFiles(Own));
    }

    [Fact]
    public async Task Memory_gives_way_to_files_before_anything_is_lost()
    {
        var options = new CacheOptions { IsPersistent = true, Folder = _folder.Path, MemoryBytes = 300_000, LongestInMemory = 100_000 };
        await using (var store = new CacheStore(options, _time))
        {
            for (int n = 0; n < 20; n++)
            {
                await PutAsync(store, new string((char)('a' + n), 50_000), [], [], Key with { Url = $"http://example.com/{n}" });

                // In a file as well, before the next one needs the room.
                while (Directory.GetFiles(Own, "*.entry").Length <= n)
                    await Task.Delay(1, Cancellation);
            }

            for (int n = 0; n < 20; n++)
            {
                await using SubrequestResponse found = store.Match(Key with { Url = $"http://example.com/{n}" }, [])!;
                Assert.Equal(new string((char)('a' + n), 50_000), await new StreamReader(found.Body!).ReadToEndAsync(Cancellation));
            }
        }
    }

    [Fact]
    public async Task The_disk_is_bounded()
    {
        var options = new CacheOptions { IsPersistent = true, Folder = _folder.Path, DiskBytes = 500_000, LongestInMemory = 1_000 };
        await using var store = new CacheStore(options, _time);
        for (int n = 0; n < 20; n++)
            await PutAsync(store, new string('x', 100_000), [], [], Key with { Url = $"http://example.com/{n}" });
        Assert.Equal(5, Directory.GetFiles(Own).Length);
        Assert.Null(store.Match(Key with { Url = "http://example.com/0" }, []));
    }

    private async Task<CacheStore> OpenAsync()
    {
        var store = new CacheStore(new CacheOptions { IsPersistent = true, Folder = _folder.Path }, _time);
        await store.Loading;
        return store;
    }

    private static ValueTask<bool> PutAsync(CacheStore store, string text, string[] headers, string[]? request = null, CacheKey? key = null) => store.PutAsync(
        key ?? Key, request ?? [], new CacheCandidate { Status = 200, StatusText = "OK", Headers = headers, BodyStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) }, Cancellation);
}
