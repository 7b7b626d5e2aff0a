using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;
using Skep.Edge.Caching;
using Skep.Edge.Tests.Outbound;
using Skep.Testing;

namespace Skep.Edge.Tests.Caching;

public sealed class CachingChannelTests : IDisposable
{
    private const string Page = "http://example.com/page";
    private readonly ManualTime _time = new();
    private readonly CacheStore _store;
    private readonly Origin _origin = new();
    private readonly CachingChannel _channel;

    public CachingChannelTests()
    {
        _store = new CacheStore(new CacheOptions(), _time);
        _channel = new CachingChannel(_origin, _store, byExtension: true, _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _channel.Dispose();
        _store.Dispose();
    }

    [Theory]
    [InlineData(Page, null, "DYNAMIC DYNAMIC")]
    [InlineData("http://example.com/a.css", null, "MISS HIT")]
    [InlineData("http://example.com/a.JPG?v=1", null, "MISS HIT")]
    [InlineData("http://example.com/a.html", null, "DYNAMIC DYNAMIC")]
    [InlineData("http://example.com/a.css/b", null, "DYNAMIC DYNAMIC")]
    [InlineData("http://example.js", null, "DYNAMIC DYNAMIC")]
    [InlineData(Page, """{"cacheEverything":true}""", "MISS HIT")]
    [InlineData(Page, """{"cacheTtl":60}""", "MISS HIT")]
    [InlineData(Page, """{"cacheTtl":-1}""", "BYPASS BYPASS")]
    [InlineData("http://example.com/a.css", """{"cacheTtl":-1}""", "BYPASS BYPASS")]
    [InlineData(Page, """{"cacheTtlByStatus":{"200":60}}""", "DYNAMIC DYNAMIC")]
    [InlineData(Page, """{"cacheEverything":true,"cacheTtlByStatus":{"200-299":60}}""", "MISS HIT")]
    [InlineData(Page, """{"cacheEverything":true,"cacheTtlByStatus":{"200":-1}}""", "BYPASS BYPASS")]
    [InlineData(Page, """{"colo":"DFW"}""", "DYNAMIC DYNAMIC")]
    public async Task What_is_cached_follows_from_the_url_and_the_cf_object(string url, string? cf, string expected)
    {
        string statuses = string.Join(' ', await StatusAsync(url, cf), await StatusAsync(url, cf));
        Assert.Equal(expected, statuses);
    }

    [Theory]
    [InlineData("max-age=60", "MISS HIT")]
    [InlineData("", "MISS HIT")]
    [InlineData("no-store", "BYPASS BYPASS")]
    [InlineData("private", "BYPASS BYPASS")]
    [InlineData("no-cache", "BYPASS BYPASS")]
    [InlineData("max-age=0", "BYPASS BYPASS")]
    [InlineData("s-maxage=60, max-age=0", "MISS HIT")]
    public async Task The_response_says_whether_it_is_kept(string control, string expected)
    {
        _origin.Headers = control.Length == 0 ? [] : ["cache-control", control];
        Assert.Equal(expected, string.Join(' ', await StatusAsync(Page, """{"cacheEverything":true}"""), await StatusAsync(Page, """{"cacheEverything":true}""")));
    }

    [Fact]
    public async Task A_ttl_overrides_what_the_response_says_and_drops_its_cookies()
    {
        _origin.Headers = ["cache-control", "no-store", "set-cookie", "a=1"];
        const string Cf = """{"cacheTtl":60}""";
        Assert.Equal("MISS", await StatusAsync(Page, Cf));
        await using SubrequestResponse hit = await SendAsync(Page, Cf);
        Assert.Equal("HIT", hit.Header("cf-cache-status"));
        Assert.Null(hit.Header("set-cookie"));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("EXPIRED", await StatusAsync(Page, Cf));
    }

    [Fact]
    public async Task Without_a_ttl_the_origin_is_asked_each_time_by_everyone_for_himself()
    {
        const string Cf = """{"cacheTtl":0}""";
        _origin.Headers = ["etag", "\"v1\""];
        Assert.Equal("MISS", await StatusAsync(Page, Cf));
        while (_store.Find(new CacheKey("worker", Page), []) is null)
            await Task.Yield();
        Assert.Equal("EXPIRED", await StatusAsync(Page, Cf));
        Assert.Contains("if-none-match|\"v1\"", _origin.Last);
        _origin.Headers = ["cache-control", "private"];
        Assert.Equal("BYPASS", await StatusAsync("http://example.com/private", Cf));

        var hold = new TaskCompletionSource();
        _origin.Gate = hold.Task;
        int before = _origin.Count;
        Task<string?>[] all = [.. Enumerable.Range(0, 5).Select(_ => StatusAsync(Page, Cf))];
        hold.SetResult();
        await Task.WhenAll(all);
        Assert.Equal(before + 5, _origin.Count);
    }

    [Fact]
    public async Task Posts_uploads_and_upgrades_go_past_the_cache()
    {
        await using var post = await _channel.SendAsync(new Subrequest { Method = "POST", Url = "http://example.com/a.css", Headers = [], HasBody = true, Cf = """{"cacheEverything":true}""" }, Cancellation);
        Assert.Equal("DYNAMIC", post.Header("cf-cache-status"));
    }

    [Fact]
    public async Task Responses_to_someone_who_logged_in_are_kept_only_if_they_say_so()
    {
        const string Url = "http://example.com/a.css";
        _origin.Headers = ["cache-control", "max-age=60"];
        Assert.Equal("BYPASS", await StatusAsync(Url, null, "authorization", "secret"));
        _origin.Headers = ["cache-control", "public, max-age=60"];
        Assert.Equal("MISS", await StatusAsync(Url, null, "authorization", "secret"));
        Assert.Equal("HIT", await StatusAsync(Url, null));
        _origin.Headers = [];
        Assert.Equal("BYPASS", await StatusAsync(Page, """{"cacheTtl":60}""", "authorization", "secret"));
    }

    [Fact]
    public async Task A_stale_response_is_revalidated_with_its_validators()
    {
        const string Url = "http://example.com/a.css";
        _origin.Headers = ["cache-control", "max-age=60", "etag", "\"v1\"", "last-modified", "Sat, 21 Nov 2026 12:00:00 GMT"];
        Assert.Equal("MISS", await StatusAsync(Url, null));
        _time.Advance(TimeSpan.FromSeconds(61));
        _origin.Status = 304;
        await using (SubrequestResponse revalidated = await SendAsync(Url, null))
        {
            Assert.Equal((200, "REVALIDATED", "body 1"), (revalidated.Status, revalidated.Header("cf-cache-status"), await revalidated.TextAsync()));
        }

        Assert.Contains("if-none-match|\"v1\"|if-modified-since|Sat, 21 Nov 2026 12:00:00 GMT", _origin.Last);
        Assert.Equal("HIT", await StatusAsync(Url, null));
        _time.Advance(TimeSpan.FromSeconds(61));
        _origin.Status = 200;
        Assert.Equal("EXPIRED", await StatusAsync(Url, null));
        Assert.Equal("HIT", await StatusAsync(Url, null));
    }

    [Fact]
    public async Task A_stale_response_is_used_while_it_is_asked_for_anew()
    {
        const string Url = "http://example.com/a.css";
        _origin.Headers = ["cache-control", "max-age=60, stale-while-revalidate=30"];
        Assert.Equal("MISS", await StatusAsync(Url, null));
        _time.Advance(TimeSpan.FromSeconds(61));
        var hold = new TaskCompletionSource();
        _origin.Gate = hold.Task;
        await using (SubrequestResponse updating = await SendAsync(Url, null))
            Assert.Equal(("UPDATING", "body 1"), (updating.Header("cf-cache-status"), await updating.TextAsync()));
        Assert.Equal("UPDATING", await StatusAsync(Url, null));
        hold.SetResult();
        while (await StatusAsync(Url, null) != "HIT")
            await Task.Yield();
        Assert.Equal(2, _origin.Count);
        await using SubrequestResponse fresh = await SendAsync(Url, null);
        Assert.Equal("body 2", await fresh.TextAsync());
    }

    [Theory]
    [InlineData("stale-if-error=30", 503, "STALE")]
    [InlineData("stale-if-error=30", 0, "STALE")]
    [InlineData("stale-if-error=30", 404, "EXPIRED")]
    [InlineData("stale-if-error=0", 503, "EXPIRED")]
    [InlineData("stale-if-error=30, must-revalidate", 503, "EXPIRED")]
    public async Task A_stale_response_stands_in_for_an_origin_that_fails(string control, int status, string expected)
    {
        const string Url = "http://example.com/a.css";
        _origin.Headers = ["cache-control", "max-age=60, " + control];
        Assert.Equal("MISS", await StatusAsync(Url, null));
        _time.Advance(TimeSpan.FromSeconds(61));
        _origin.Status = status;
        Assert.Equal(expected, await StatusAsync(Url, null));
    }

    [Fact]
    public async Task A_stampede_makes_one_request_and_everyone_reads_along()
    {
        var hold = new TaskCompletionSource();
        _origin.BodyGate = hold.Task;
        _origin.Headers = ["set-cookie", "a=1"];
        const string Url = "http://example.com/a.css";
        Task<SubrequestResponse>[] all = [.. Enumerable.Range(0, 50).Select(_ => SendAsync(Url, """{"cacheTtl":60}""").AsTask())];
        SubrequestResponse[] responses = await Task.WhenAll(all);
        Assert.Equal(1, _origin.Count);
        Assert.Equal("a=1", Assert.Single(responses, response => response.Header("set-cookie") is not null).Header("set-cookie"));
        Assert.Equal(["HIT", "MISS"], responses.Select(response => response.Header("cf-cache-status")!).Distinct().Order());
        Task<string>[] texts = [.. responses.Select(response => response.TextAsync())];
        hold.SetResult();
        Assert.All(await Task.WhenAll(texts), text => Assert.Equal("body 1", text));
        Assert.Equal("HIT", await StatusAsync(Url, null));
    }

    [Fact]
    public async Task What_cannot_be_shared_is_asked_for_by_everyone()
    {
        var hold = new TaskCompletionSource();
        _origin.Gate = hold.Task;
        _origin.Headers = ["cache-control", "private"];
        Task<string?>[] all = [.. Enumerable.Range(0, 5).Select(_ => StatusAsync("http://example.com/a.css", null))];
        hold.SetResult();
        await Task.WhenAll(all);
        Assert.Equal(5, _origin.Count);
    }

    [Fact]
    public async Task A_leader_that_gives_up_leaves_the_others_their_turn()
    {
        var hold = new TaskCompletionSource();
        _origin.Gate = hold.Task;
        using var leaving = new CancellationTokenSource();
        ValueTask<SubrequestResponse> leader = _channel.SendAsync(ChannelTesting.Get("http://example.com/a.css"), leaving.Token);
        Task<string?> other = StatusAsync("http://example.com/a.css", null);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await leader);
        hold.SetResult();
        Assert.Equal("MISS", await other);
    }

    [Fact]
    public async Task A_body_that_breaks_off_breaks_for_its_readers_and_is_not_kept()
    {
        _origin.Broken = true;
        await using SubrequestResponse response = await SendAsync("http://example.com/a.css", null);
        await Assert.ThrowsAsync<IOException>(() => response.TextAsync());
        _origin.Broken = false;
        Assert.Equal("MISS", await StatusAsync("http://example.com/a.css", null));
    }

    [Fact]
    public async Task Variants_and_ranges_come_from_the_cache()
    {
        const string Url = "http://example.com/a.css";
        _origin.Headers = ["vary", "Accept-Language"];
        Assert.Equal("MISS", await StatusAsync(Url, null, "accept-language", "en"));
        Assert.Equal("MISS", await StatusAsync(Url, null, "accept-language", "fr"));
        Assert.Equal("HIT", await StatusAsync(Url, null, "accept-language", "en"));
        await using SubrequestResponse part = await SendAsync(Url, null, "accept-language", "en", "range", "bytes=0-3");
        Assert.Equal((206, "body"), (part.Status, await part.TextAsync()));
        _origin.Headers = ["vary", "*"];
        Assert.Equal("BYPASS", await StatusAsync("http://example.com/b.css", null));
    }

    [Fact]
    public async Task A_key_of_its_own_joins_urls_and_the_cache_api_sees_what_fetch_kept()
    {
        Assert.Equal("MISS", await StatusAsync("http://example.com/1", """{"cacheEverything":true,"cacheKey":"http://example.com/all"}"""));
        Assert.Equal("HIT", await StatusAsync("http://example.com/2", """{"cacheEverything":true,"cacheKey":"http://example.com/all"}"""));
        await KeptAsync("http://example.com/all");
        Assert.Null(_store.Match(new CacheKey("other", "http://example.com/all"), []));
    }

    [Theory]
    [InlineData("example.com", "everything", 4)]
    [InlineData("com", "everything", 5)]
    [InlineData("example.org", "everything", 0)]
    [InlineData("example.com", "urls:http://example.com/dir/a.css", 1)]
    [InlineData("example.org", "urls:http://example.com/dir/a.css", 0)]
    [InlineData("example.com", "tags:Red", 2)]
    [InlineData("example.com", "tags:blue", 1)]
    [InlineData("example.com", "prefixes:example.com/dir", 2)]
    [InlineData("example.com", "prefixes:example.com/di", 0)]
    [InlineData("example.com", "hosts:www.example.com", 1)]
    public async Task A_purge_takes_what_it_means_and_nothing_else(string zone, string what, int removed)
    {
        await FillAsync("http://example.com/dir/a.css", "red, blue", null);
        await FillAsync("http://example.com/dir/b", "", """{"cacheTtl":60,"cacheTags":["RED"]}""");
        await FillAsync("http://example.com/directory.css", "", null);
        await FillAsync("http://www.example.com/c.css", "", null);
        await FillAsync("http://other.com/d.css", "red", null);
        string argument = what[(what.IndexOf(':') + 1)..];
        var purge = new CachePurge(ZoneId.Of(zone));
        purge = what.Split(':')[0] switch
        {
            "everything" => purge with { Everything = true },
            "urls" => purge with { Urls = [argument] },
            "tags" => purge with { Tags = [argument] },
            "prefixes" => purge with { Prefixes = [argument] },
            _ => purge with { Hosts = [argument] },
        };
        Assert.Equal(removed, await _store.PurgeAsync(purge));
        Assert.Equal(0, await _store.PurgeAsync(purge));
    }

    private async Task FillAsync(string url, string tags, string? cf)
    {
        _origin.Headers = tags.Length == 0 ? [] : ["cache-tag", tags];
        Assert.Equal("MISS", await StatusAsync(url, cf));
        await KeptAsync(url);
    }

    // That a response is kept is done beside the reading.
    private async Task KeptAsync(string url)
    {
        while (_store.Match(new CacheKey("worker", url), []) is null)
            await Task.Yield();
    }

    private async Task<string?> StatusAsync(string url, string? cf, params string[] headers)
    {
        SubrequestResponse response = await SendAsync(url, cf, headers);
        string? status = response.Header("cf-cache-status");
        await response.TextAsync();
        return status;
    }

    private ValueTask<SubrequestResponse> SendAsync(string url, string? cf, params string[] headers) =>
        _channel.SendAsync(new Subrequest { Method = "GET", Url = url, Headers = headers, Cf = cf, CacheNamespace = "worker" }, Cancellation);

    /// <summary>Answers with its count.</summary>
    private sealed class Origin : ISubrequestChannel
    {
        private int _count;

        public int Count => _count;

        public int Status { get; set; } = 200;

        public IReadOnlyList<string> Headers { get; set; } = [];

        public Task Gate { get; set; } = Task.CompletedTask;

        public Task BodyGate { get; set; } = Task.CompletedTask;

        public bool Broken { get; set; }

        public string Last { get; private set; } = "";

        public async ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
        {
            int count = Interlocked.Increment(ref _count);
            Last = string.Join('|', request.Headers);
            await Gate.WaitAsync(cancellation);
            if (Status == 0)
                throw new SubrequestException("The origin is down.");
            var body = new Body(Encoding.ASCII.GetBytes($"body {count}"), BodyGate, Broken);
            return new Response(Status, request.Url, Headers, Status == 304 ? null : body);
        }
    }

    private sealed class Body(byte[] bytes, Task gate, bool broken) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await gate;
            if (broken && Position > 0)
                throw new IOException("The origin broke off.");
            return await base.ReadAsync(buffer[..Math.Min(3, buffer.Length)], cancellationToken);
        }
    }

    private sealed class Response(int status, string url, IReadOnlyList<string> headers, Stream? body) : SubrequestResponse
    {
        public override int Status => status;

        public override string StatusText => "";

        public override string Url => url;

        public override int RequestsSent => 1;

        public override Stream? Body => body;

        public override long? BodyLength => body?.Length;

        public override void CopyHeaders(List<string> flat) => flat.AddRange(headers);

        public override ValueTask DisposeAsync() => body?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
