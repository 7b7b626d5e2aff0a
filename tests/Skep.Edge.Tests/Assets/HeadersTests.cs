using Skep.Abstractions.Assets;

namespace Skep.Edge.Tests.Assets;

// https://developers.cloudflare.com/workers/static-assets/headers/
public sealed class HeadersTests
{
    private const string Rules = """
        # for all
        /*
          X-All: yes
          X-All: again
          Set-Cookie: a=1
        /static/*
          Cache-Control: public, max-age=31536000
          ! ETag
          X-Path: :splat
        /blog/:post
          X-Post: post=:post
        /file.txt
          Content-Type: text/x-other
          Set-Cookie: b=2
        https://:name.example.net/*
          X-Host: :name
        """;

    private static readonly TestSite _site = TestSite.Of("/file.txt", "/static/a/b.css", "/blog/one.html").With(site => site with { Headers = Rules });

    [Theory]
    [InlineData("/file.txt", "x-all", "yes, again")]
    [InlineData("/file.txt", "content-type", "text/x-other")]
    [InlineData("/file.txt", "cache-control", "public, max-age=0, must-revalidate")]
    [InlineData("/static/a/b.css", "cache-control", "public, max-age=31536000")]
    [InlineData("/static/a/b.css", "etag", null)]
    [InlineData("/static/a/b.css", "x-path", "a/b.css")]
    [InlineData("/blog/one", "x-post", "post=one")]
    [InlineData("/none", "x-all", "yes, again")]
    [InlineData("/blog/one.html", "x-all", "yes, again")]
    [InlineData("https://www.example.net/file.txt", "x-host", "www")]
    [InlineData("http://www.example.net:8787/file.txt", "x-host", "www")]
    [InlineData("https://a.b.example.net/file.txt", "x-host", null)]
    public async Task Rules_set_add_and_remove_headers(string url, string header, string? expected) =>
        Assert.Equal(expected, (await _site.SendAsync(url)).Header(header));

    [Fact]
    public async Task A_header_that_two_rules_set_is_there_twice()
    {
        var headers = (await _site.SendAsync("/file.txt")).Headers;
        Assert.Equal(["a=1", "b=2"], headers.Index().Where(each => each.Index % 2 == 1 && headers[each.Index - 1] == "set-cookie").Select(each => each.Item));
    }

    [Fact]
    public async Task Rules_do_not_touch_what_the_Worker_answers() =>
        Assert.Null((await _site.With(site => site, worker: true).SendAsync("/none")).Header("x-all"));

    [Theory]
    [InlineData("X: y", "Line 1: Path should come before header (x: y)")]
    [InlineData("/a\n/b\n X: y", "Line 1: No headers specified")]
    [InlineData("/a\n X", "Line 2: Expected a colon-separated header pair (e.g. name: value)")]
    [InlineData("/a\n X Y: z\n Z: a", "Line 2: Header name cannot include spaces")]
    [InlineData("/a\n X:\n Z: a", "Line 2: No header value specified")]
    [InlineData("/a\n : x\n Z: a", "Line 2: No header name specified")]
    [InlineData("/a/*/b/*\n X: y", "Line 1: Only one wildcard is allowed per rule. Use a named placeholder (e.g. :project) instead. Skipping /a/*/b/*.")]
    [InlineData("http://a.b/\n X: y", "Line 1: URLs should either be relative (e.g. begin with a forward-slash), or use HTTPS (e.g. begin with \"https://\").")]
    public void Lines_that_make_no_sense_do_not_count(string text, string problem) =>
        Assert.Equal(problem, HeadersFile.Parse(text).Problems[0].ToString());

    [Fact]
    public void There_are_at_most_a_hundred_rules_of_lines_with_2000_characters()
    {
        HeadersFile file = HeadersFile.Parse(string.Join('\n', Enumerable.Range(0, 102).Select(i => $"/{i}\n X: {i}")));
        Assert.Equal((100, 1), (file.Rules.Length, file.Problems.Length));
        Assert.Single(HeadersFile.Parse("/a\n X: y\n Y: " + new string('z', 2_000)).Problems);
    }
}
