using System.Text;
using Skep.Abstractions.Channels;
using Skep.Edge.Caching;
using Skep.Testing;

namespace Skep.Edge.Tests.Caching;

public sealed class CacheStoreTests : IDisposable
{
    private static readonly CacheKey Key = new("worker", "http://example.com/a");
    private readonly ManualTime _time = new();
    private readonly CacheStore _store;

    public CacheStoreTests() => _store = NewStore(new CacheOptions());

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Keeps_a_response_until_it_is_stale()
    {
        await PutAsync("hello", headers: ["cache-control", "max-age=60", "x-a", "1"]);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("200 cache-control=max-age=60 x-a=1 content-length=5 age=59 cf-cache-status=HIT hello", await MatchAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await MatchAsync());
    }

    [Fact]
    public async Task Knows_only_its_own_keys()
    {
        await PutAsync("hello");
        Assert.Null(_store.Match(Key with { Url = Key.Url + "?b" }, []));
        Assert.Null(_store.Match(Key with { Namespace = "other" }, []));
    }

    [Fact]
    public async Task Forgets_when_told()
    {
        Assert.False(_store.Delete(Key));
        await PutAsync("hello");
        Assert.True(_store.Delete(Key));
        Assert.False(_store.Delete(Key));
        Assert.Null(await MatchAsync());
    }

    [Fact]
    public async Task The_later_response_takes_the_place_of_the_earlier()
    {
        await PutAsync("one");
        await PutAsync("two");
        Assert.EndsWith(" two", await MatchAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variants_stand_beside_each_other()
    {
        await PutAsync("english", headers: ["vary", "Accept-Language"], request: ["accept-language", "en"]);
        await PutAsync("french", headers: ["vary", "Accept-Language"], request: ["accept-language", "fr"]);
        Assert.EndsWith(" english", await MatchAsync("accept-language", "en"), StringComparison.Ordinal);
        Assert.EndsWith(" french", await MatchAsync("accept-language", "fr"), StringComparison.Ordinal);
        Assert.Null(await MatchAsync("accept-language", "de"));
    }

    [Theory]
    [InlineData("if-none-match", "\"a\"", 304)]
    [InlineData("if-none-match", "W/\"x\", W/\"a\"", 304)]
    [InlineData("if-none-match", "*", 304)]
    [InlineData("if-none-match", "\"b\"", 200)]
    [InlineData("if-modified-since", "Sat, 21 Nov 2026 12:00:00 GMT", 304)]
    [InlineData("if-modified-since", "Sat, 21 Nov 2026 11:59:59 GMT", 200)]
    [InlineData("if-modified-since", "yesterday", 200)]
    [InlineData("range", "bytes=1-2", 206)]
    [InlineData("range", "bytes=9-", 416)]
    [InlineData("range", "bytes=x", 200)]
    public async Task Conditions_and_ranges_are_looked_at(string name, string value, int status)
    {
        await PutAsync("hello", headers: ["etag", "\"a\"", "last-modified", "Sat, 21 Nov 2026 12:00:00 GMT"]);
        await using var response = _store.Match(Key, [name, value]);
        Assert.Equal(status, response!.Status);
        Assert.Equal(status is 200 or 206, response.Body is not null);
    }

    [Fact]
    public async Task A_range_is_a_part()
    {
        await PutAsync("hello");
        Assert.Equal("206 age=0 cf-cache-status=HIT content-range=bytes 1-3/5 content-length=3 ell", await MatchAsync("range", "bytes=1-3"));
    }

    [Fact]
    public async Task Long_bodies_go_to_disk_and_leave_no_file()
    {
        var folder = Directory.CreateTempSubdirectory("skep-cache-test-").FullName;
        using var store = NewStore(new CacheOptions { LongestInMemory = 100, Folder = folder });
        var text = new string('x', 300_000);
        Assert.True(await store.PutAsync(Key, [], Candidate(text, stream: true), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(folder));
        await using var response = store.Match(Key, []);
        store.Delete(Key);
        // A reader keeps what it began to read.
        Assert.Equal(text, await new StreamReader(response!.Body!).ReadToEndAsync(TestContext.Current.CancellationToken));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_nothing()
    {
        CacheCandidate broken = new() { Status = 200, StatusText = "", Headers = [], BodyStream = new BrokenStream() };
        await Assert.ThrowsAsync<IOException>(async () => await _store.PutAsync(Key, [], broken, TestContext.Current.CancellationToken));
        Assert.Null(await MatchAsync());
    }

    [Fact]
    public async Task What_must_not_be_kept_is_read_all_the_same()
    {
        MemoryStream body = new(new byte[100_000]);
        CacheCandidate response = new() { Status = 200, StatusText = "", Headers = ["cache-control", "no-store"], BodyStream = body };
        Assert.False(await _store.PutAsync(Key, [], response, TestContext.Current.CancellationToken));
        Assert.False(body.CanRead);
        Assert.Null(await MatchAsync());
    }

    [Fact]
    public async Task The_longest_unused_goes_first()
    {
        using var store = NewStore(new CacheOptions { MemoryBytes = 100_000 });
        for (var i = 0; i < 3; i++) await store.PutAsync(KeyOf(i), [], Candidate(new string('x', 30_000)), TestContext.Current.CancellationToken);
        store.Match(KeyOf(0), [])!.Body!.Dispose();
        await store.PutAsync(KeyOf(3), [], Candidate(new string('x', 30_000)), TestContext.Current.CancellationToken);
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(i => store.Match(KeyOf(i), []) is not null));
    }

    [Fact]
    public async Task Variants_of_one_url_are_bounded()
    {
        for (var i = 0; i < 1_000; i++) await PutAsync("x", headers: ["vary", "x"], request: ["x", $"{i}"]);
        Assert.Null(await MatchAsync("x", "0"));
        Assert.NotNull(await MatchAsync("x", "999"));
    }

    [Fact]
    public async Task Serves_while_it_is_filled()
    {
        var work = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await _store.PutAsync(KeyOf(i % 5), [], Candidate($"{i % 5}"), TestContext.Current.CancellationToken);
                if (_store.Match(KeyOf(i % 5), []) is { } response) Assert.Equal($"{i % 5}", await new StreamReader(response.Body!).ReadToEndAsync(TestContext.Current.CancellationToken));
                if (worker == 0) _store.Delete(KeyOf(i % 5));
            }
        }));
        await Task.WhenAll(work);
    }

    private static CacheKey KeyOf(int number) => new("worker", $"http://example.com/{number}");

    private static CacheCandidate Candidate(string text, string[]? headers = null, bool stream = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new() { Status = 200, StatusText = "", Headers = headers ?? [], BodyBytes = stream ? default : bytes, BodyStream = stream ? new MemoryStream(bytes) : null };
    }

    private CacheStore NewStore(CacheOptions options) => new(options, _time);

    private async Task PutAsync(string text, string[]? headers = null, string[]? request = null) =>
        await _store.PutAsync(Key, request ?? [], Candidate(text, headers), TestContext.Current.CancellationToken);

    private async Task<string?> MatchAsync(params string[] requestHeaders)
    {
        await using var response = _store.Match(Key, requestHeaders);
        return response is null ? null : await DescribeAsync(response);
    }

    private static async Task<string> DescribeAsync(SubrequestResponse response)
    {
        List<string> headers = [];
        response.CopyHeaders(headers);
        var body = response.Body is null ? "" : await new StreamReader(response.Body).ReadToEndAsync(TestContext.Current.CancellationToken);
        return $"{response.Status} {string.Join(' ', headers.Chunk(2).Select(pair => $"{pair[0]}={pair[1]}"))} {body}";
    }

    private sealed class BrokenStream : MemoryStream
    {
        private bool _begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_begun) return ValueTask.FromException<int>(new IOException("broken"));
            _begun = true;
            return ValueTask.FromResult(10);
        }
    }
}
