using Skep.Abstractions.Assets;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Testing;

namespace Skep.Edge.Tests.Assets;

public sealed class ContentTests
{
    private const string Text = "0123456789";

    private readonly TestSite _site = new();
    private readonly AssetEntry _file;

    public ContentTests() => _file = _site.Add("/file.txt", Text);

    [Fact]
    public async Task An_asset_has_type_tag_and_length_and_is_revalidated()
    {
        TestResponse response = await _site.SendAsync("/file.txt");
        Assert.Equal("200 0123456789", response.ToString());
        Assert.Equal(10, response.ContentLength);
        Assert.Equal("text/plain", response.Header("content-type"));
        Assert.Equal($"\"{_file.Hash}\"", response.Header("etag"));
        Assert.Equal("public, max-age=0, must-revalidate", response.Header("cache-control"));
        Assert.Equal("MISS", response.Header("cf-cache-status"));
    }

    [Fact]
    public async Task HEAD_tells_the_same_without_the_body()
    {
        TestResponse response = await _site.SendAsync("/file.txt", "HEAD");
        Assert.Equal((200, 10, ""), (response.Status, response.ContentLength, response.Text));
        Assert.Equal($"\"{_file.Hash}\"", response.Header("etag"));
    }

    [Fact]
    public async Task Nothing_is_named_when_the_type_is_unknown()
    {
        _site.Add("/bytes", Text, type: null);
        Assert.Null((await _site.SendAsync("/bytes")).Header("content-type"));
    }

    [Theory]
    [InlineData("\"{0}\"", 304)]
    [InlineData("W/\"{0}\"", 304)]
    [InlineData("\"other\", W/\"{0}\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("{0}", 200)]
    public async Task A_client_that_has_it_does_not_get_it_again(string tag, int expected)
    {
        TestResponse response = await _site.SendAsync("/file.txt", "GET", "if-none-match", string.Format(null, tag, _file.Hash));
        Assert.Equal(expected, response.Status);
        Assert.Equal(expected == 304 ? "" : Text, response.Text);
        Assert.Equal($"\"{_file.Hash}\"", response.Header("etag"));
    }

    [Theory]
    [InlineData("bytes=0-3", 206, "0123", "bytes 0-3/10")]
    [InlineData("bytes=4-", 206, "456789", "bytes 4-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-30", 206, Text, "bytes 0-9/10")]
    [InlineData("bytes=8-99", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=10-", 416, "", "bytes */10")]
    [InlineData("bytes=-0", 416, "", "bytes */10")]
    [InlineData("bytes=3-2", 200, Text, null)]
    [InlineData("bytes=0-1,4-5", 200, Text, null)]
    [InlineData("bytes=a-b", 200, Text, null)]
    [InlineData("lines=0-1", 200, Text, null)]
    public async Task A_range_of_it_can_be_had(string range, int status, string text, string? contentRange)
    {
        TestResponse response = await _site.SendAsync("/file.txt", "GET", "range", range);
        Assert.Equal((status, text, contentRange), (response.Status, response.Text, response.Header("content-range")));
        Assert.Null(response.Header("cache-control"));
    }

    [Theory]
    [InlineData("\"{0}\"", 206)]
    [InlineData("W/\"{0}\"", 200)]
    [InlineData("\"other\"", 200)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 200)]
    public async Task A_range_of_something_else_is_all_of_it(string ifRange, int expected) =>
        Assert.Equal(expected, (await _site.SendAsync("/file.txt", "GET", "range", "bytes=0-1", "if-range", string.Format(null, ifRange, _file.Hash))).Status);

    [Fact]
    public async Task What_needs_authorization_is_not_for_caches() =>
        Assert.Null((await _site.SendAsync("/file.txt", "GET", "authorization", "Basic x")).Header("cache-control"));

    [Theory]
    [InlineData("gzip, deflate, br", "br", "BROTLI")]
    [InlineData("gzip", "gzip", "GZIP")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip", "GZIP")]
    [InlineData("*", "br", "BROTLI")]
    [InlineData("identity", null, null)]
    [InlineData("br;q=0.000", null, null)]
    [InlineData(null, null, null)]
    public async Task Text_goes_out_compressed_to_those_who_can_read_it(string? accepted, string? coding, string? body)
    {
        string text = new('x', 2_000);
        AssetEntry page = _site.Add("/page.html", text, "text/html");
        _site.AddCoded(page, AssetCoding.Brotli, "BROTLI");
        _site.AddCoded(page, AssetCoding.Gzip, "GZIP");
        TestResponse response = await _site.SendAsync("/page", "GET", accepted is null ? [] : ["accept-encoding", accepted]);
        Assert.Equal((coding, body ?? text), (response.Header("content-encoding"), response.Text));
        Assert.Equal(coding is null ? $"\"{page.Hash}\"" : $"W/\"{page.Hash}\"", response.Header("etag"));
        Assert.Equal("accept-encoding", response.Header("vary"));
        Assert.Equal(304, (await _site.SendAsync("/page", "GET", "accept-encoding", accepted ?? "", "if-none-match", response.Header("etag")!)).Status);
    }

    [Fact]
    public async Task Until_it_is_compressed_it_goes_out_plain()
    {
        _site.Add("/page.html", new string('x', 2_000), "text/html");
        TestResponse response = await _site.SendAsync("/page", "GET", "accept-encoding", "br");
        Assert.Null(response.Header("content-encoding"));
        Assert.Equal(2_000, response.Text.Length);
    }

    [Fact]
    public async Task A_short_file_is_read_once()
    {
        await using var worker = await _site.StartAsync();
        foreach (string expected in new[] { "MISS", "HIT", "HIT" })
        {
            var request = new TestRequest("/file.txt");
            worker.Fetch(request);
            Assert.Equal(expected, (await request.Response).Header("cf-cache-status"));
        }

        Assert.Equal(1, _site.Opened);
    }

    [Theory]
    [InlineData("", 0, 3_000_000)]
    [InlineData("bytes=1000000-1999999", 1_000_000, 1_000_000)]
    public async Task A_long_file_is_streamed(string range, int first, int length)
    {
        string text = string.Concat(Enumerable.Range(0, 300_000).Select(i => i.ToString("D10", null)));
        _site.Add("/long.bin", text, "application/octet-stream");
        TestResponse response = await _site.SendAsync("/long.bin", "GET", range.Length == 0 ? [] : ["range", range]);
        Assert.Equal(length, response.ContentLength);
        Assert.Equal(text.Substring(first, length), response.Text);
    }

    [Fact]
    public async Task A_content_that_is_lost_is_an_error_and_nothing_else()
    {
        _site.Lose(_file);
        TestResponse response = await _site.SendAsync("/file.txt");
        Assert.Equal(WorkerErrorCode.Exception, response.Error?.Code);
        Assert.Contains(_file.Hash, response.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RedirectMode.Follow, "200 0123456789 http://assets/file.txt")]
    [InlineData(RedirectMode.Manual, "302  http://assets/old")]
    public async Task The_Worker_reaches_its_assets_through_its_binding(RedirectMode mode, string expected)
    {
        TestSite site = _site.With(site => site with { Redirects = "/old /file.txt" }, worker: true);
        await using var worker = await site.StartAsync();
        await using SubrequestResponse response = await site.Binding!.SendAsync(
            new Subrequest { Method = "GET", Url = "http://assets/old", Headers = [], Redirect = mode }, TestContext.Current.CancellationToken);
        string text = await new StreamReader(response.Body!).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, $"{response.Status} {text} {response.Url}");
    }

    [Fact]
    public async Task The_binding_never_leads_back_to_the_Worker()
    {
        TestSite site = _site.With(site => site with { RunWorkerFirst = true }, worker: true);
        await using var worker = await site.StartAsync();
        foreach ((string path, int status) in new[] { ("/file.txt", 200), ("/none", 404) })
        {
            await using SubrequestResponse response = await site.Binding!.SendAsync(new Subrequest { Method = "GET", Url = "http://assets" + path, Headers = [] }, TestContext.Current.CancellationToken);
            Assert.Equal(status, response.Status);
        }
    }
}
