using Skep.Abstractions.Assets;

namespace Skep.Edge.Tests.Assets;

// https://developers.cloudflare.com/workers/static-assets/redirects/
public sealed class RedirectsTests
{
    private const string Rules = """
        # comments and empty lines do not count

        /home / 301
        /old /new
        /tail /new?a=1#part 308 # why
        /out https://other.example/path?x
        /pages /file.html 200
        /sp%20ace /new 303
        /blog/:year/:slug /articles/:slug?y=:year 302
        /move/* /moved/:splat 307
        /away/* https://other.example/:splat 301
        /users/* /file 200
        /gone/* /none 200
        /never/*/twice/* /x
        """;

    private static readonly TestSite _site = TestSite.Of("/index.html", "/file.html", "/old.html").With(site => site with { Redirects = Rules });

    [Theory]
    [InlineData("/home", "301 /")]
    [InlineData("/home?q=1", "301 /?q=1")]
    [InlineData("/old", "302 /new")]
    [InlineData("/tail?q=1", "308 /new?a=1#part")]
    [InlineData("/out", "302 https://other.example/path?x")]
    [InlineData("/pages", "307 /file")]
    [InlineData("/sp%20ace", "303 /new")]
    [InlineData("/blog/2024/hello", "302 /articles/hello?y=2024")]
    [InlineData("/blog/2024/hello/more", "404")]
    [InlineData("/move/", "307 /moved/")]
    [InlineData("/move/a/b?c", "307 /moved/a/b?c")]
    [InlineData("/move//evil.example", "307 /moved/evil.example")]
    [InlineData("/away/a%20b", "301 https://other.example/a%20b")]
    [InlineData("/users/7/profile", "200 /file.html")]
    [InlineData("/gone/x", "404")]
    [InlineData("/never/a/twice/b", "404")]
    public async Task Rules_come_before_files(string path, string expected) => Assert.Equal(expected, await _site.GetAsync(path));

    [Theory]
    [InlineData("/old", "302 /new")]
    [InlineData("/gone/x", "404")]
    [InlineData("/other", "200 worker")]
    public async Task They_come_before_the_Worker(string path, string expected) => Assert.Equal(expected, await _site.With(site => site, worker: true).GetAsync(path));

    [Fact]
    public async Task A_target_on_the_same_origin_is_told_as_a_path() =>
        Assert.Equal("302 /b", await TestSite.Of().With(site => site with { Redirects = "/a https://example.com/b" }).GetAsync("https://example.com/a"));

    [Theory]
    [InlineData("/a", "Line 1: Expected exactly 2 or 3 whitespace-separated tokens. Got 1.")]
    [InlineData("/a /b 302 x", "Line 1: Expected exactly 2 or 3 whitespace-separated tokens. Got 4.")]
    [InlineData("https://a.b/c /d", "Line 1: Only relative URLs are allowed. Skipping absolute URL https://a.b/c.")]
    [InlineData("/a b", "Line 1: URLs should either be relative (e.g. begin with a forward-slash), or use HTTPS (e.g. begin with \"https://\").")]
    [InlineData("/a /b 404", "Line 1: Valid status codes are 200, 301, 302 (default), 303, 307, or 308. Got 404.")]
    [InlineData("/a /b 301!", "Line 1: Valid status codes are 200, 301, 302 (default), 303, 307, or 308. Got 301!.")]
    [InlineData("\n/* /index.html 200", "Line 2: Infinite loop detected in this rule. This would cause a redirect to strip `.html` or `/index` and end up triggering this rule again.")]
    [InlineData("/a /b?\u0001", "Line 1: The line has a control character.")]
    [InlineData("/a /b\n/a /c", "Line 2: Ignoring duplicate rule for path /a.")]
    [InlineData("/a https://b.c/ 200", "Line 1: Proxy (200) redirects can only point to relative paths. Got https://b.c/")]
    public void Lines_that_make_no_sense_do_not_count(string text, string problem)
    {
        Assert.Equal(problem, Assert.Single(RedirectsFile.Parse(text, HtmlHandling.AutoTrailingSlash).Problems).ToString());
    }

    [Fact]
    public void A_root_may_lead_to_its_file_when_files_have_their_names() =>
        Assert.Empty(RedirectsFile.Parse("/ /index.html 200", HtmlHandling.None).Problems);

    [Fact]
    public void There_are_limits()
    {
        string tooMany = string.Join('\n', Enumerable.Range(0, 2_001).Select(i => $"/{i} /x"));
        RedirectsFile fixedRules = RedirectsFile.Parse(tooMany, default);
        Assert.Equal((2_000, 1), (fixedRules.Rules.Length, fixedRules.Problems.Length));
        RedirectsFile dynamic = RedirectsFile.Parse(string.Join('\n', Enumerable.Range(0, 110).Select(i => $"/{i}/* /x")), default);
        Assert.Equal((100, 1), (dynamic.Rules.Length, dynamic.Problems.Length));
        Assert.Contains("2000", Assert.Single(RedirectsFile.Parse("/a /" + new string('b', 2_000), default).Problems).Message, StringComparison.Ordinal);
    }
}
