using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;
using Skep.Edge.Caching;
using Skep.Testing;

namespace Skep.Edge.Tests.Caching;

/// <summary>Two processes with one folder, each of which hears at once what the other does.</summary>
public sealed class SharedFolderTests : IDisposable
{
    private static readonly CacheKey Key = new("worker", "http://example.com/a");
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public SharedFolderTests() => CacheStore.PrepareFolder(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(10)]
    [InlineData(500_000)]
    public async Task What_one_keeps_the_other_answers_with(int length)
    {
        var (first, second) = await OpenBothAsync();
        await PutAsync(first.Store, new string('x', length));
        await second.Heard("added");
        Assert.Equal(new string('x', length), await ReadAsync(second.Store));
        await CloseAsync(first, second);

        await using CacheStore later = new(Options, _time);
        await later.Loading;
        Assert.Equal(new string('x', length), await ReadAsync(later));
    }

    [Fact]
    public async Task What_one_forgets_the_other_does_not_know_any_more()
    {
        var (first, second) = await OpenBothAsync();
        await PutAsync(first.Store, "gone");
        await second.Heard("added");
        Assert.True(second.Store.Delete(Key));
        await first.Heard("removed");
        Assert.Null(first.Store.Match(Key, []));
        Assert.Null(second.Store.Match(Key, []));
        Assert.Empty(Directory.GetFiles(_folder.Path));
        await CloseAsync(first, second);
    }

    [Fact]
    public async Task What_was_put_last_counts_in_both()
    {
        var (first, second) = await OpenBothAsync();
        await PutAsync(first.Store, "old");
        await second.Heard("added");
        await PutAsync(second.Store, "new");
        await first.Heard("added");
        Assert.Equal("new", await ReadAsync(first.Store));
        Assert.Equal("new", await ReadAsync(second.Store));
        Assert.Single(Directory.GetFiles(_folder.Path));
        await CloseAsync(first, second);
    }

    [Fact]
    public async Task A_purge_in_both_leaves_nothing()
    {
        var (first, second) = await OpenBothAsync();
        await PutAsync(first.Store, "red", ["cache-tag", "red"]);
        await second.Heard("added");
        CachePurge purge = new(ZoneId.Of("example.com")) { Tags = ["red"] };
        Assert.Equal(1, await first.Store.PurgeAsync(purge));
        await second.Store.PurgeAsync(purge);
        Assert.Null(first.Store.Match(Key, []));
        Assert.Null(second.Store.Match(Key, []));
        await CloseAsync(first, second);
    }

    [Fact]
    public async Task What_is_removed_before_the_other_hears_of_it_is_a_miss()
    {
        var (first, second) = await OpenBothAsync();
        await PutAsync(first.Store, "short-lived");
        await second.Heard("added");
        foreach (string file in Directory.GetFiles(_folder.Path)) File.Delete(file);
        Assert.Null(second.Store.Match(Key, []));
        await CloseAsync(first, second);
    }

    [Fact]
    public async Task A_name_that_is_none_leads_to_no_file()
    {
        var (first, second) = await OpenBothAsync();
        first.Store.OnAdded("../../etc/passwd");
        first.Store.OnRemoved("nothing");
        Assert.Null(first.Store.Match(Key, []));
        await CloseAsync(first, second);
    }

    private CacheOptions Options => new() { IsPersistent = true, Folder = _folder.Path };

    private async Task<(Peer First, Peer Second)> OpenBothAsync()
    {
        Peer first = new(), second = new();
        (first.Other, second.Other) = (second, first);
        (first.Store, second.Store) = (new CacheStore(Options, _time, first), new CacheStore(Options, _time, second));
        await first.Store.Loading;
        await second.Store.Loading;
        return (first, second);
    }

    private static async Task CloseAsync(Peer first, Peer second)
    {
        await first.Store.DisposeAsync();
        await second.Store.DisposeAsync();
    }

    private static async Task<string> ReadAsync(CacheStore store)
    {
        await using SubrequestResponse found = store.Match(Key, [])!;
        return await new StreamReader(found.Body!).ReadToEndAsync(Cancellation);
    }

    private static async Task PutAsync(CacheStore store, string text, params string[] headers) => Assert.True(await store.PutAsync(
        Key, [], new CacheCandidate { Status = 200, StatusText = "OK", Headers = ["cache-control", "max-age=60", .. headers], BodyStream = new MemoryStream(Encoding.ASCII.GetBytes(text)) }, Cancellation));

    private sealed class Peer : ICachePeers
    {
        private readonly Dictionary<string, TaskCompletionSource> _heard = new() { ["added"] = new(), ["removed"] = new() };

        public CacheStore Store { get; set; } = null!;

        public Peer Other { get; set; } = null!;

        public Task Heard(string what) => _heard[what].Task.WaitAsync(Cancellation);

        public void Added(string entry) => Other.Hear("added", () => Other.Store.OnAdded(entry));

        public void Removed(string entry) => Other.Hear("removed", () => Other.Store.OnRemoved(entry));

        // On another thread, as from another process: the teller holds its locks.
        private void Hear(string what, Action act) => Task.Run(() =>
        {
            act();
            _heard[what].TrySetResult();
        });
    }
}
