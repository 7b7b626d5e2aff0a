using Skep.Abstractions.Assets;

namespace Skep.Edge.Tests.Assets;

// https://developers.cloudflare.com/workers/static-assets/routing/
public sealed class NotFoundTests
{
    private static readonly TestSite _site = TestSite.Of("/index.html", "/404.html", "/docs/404.html", "/docs/a/b.html", "/app.js");

    [Theory]
    [InlineData("/none", "404 /404.html")]
    [InlineData("/docs/none", "404 /docs/404.html")]
    [InlineData("/docs/a/none/deeper", "404 /docs/404.html")]
    [InlineData("/docs", "404 /404.html")]
    [InlineData("/docs/", "404 /docs/404.html")]
    [InlineData("/app.js", "200 /app.js")]
    public async Task The_nearest_page_says_that_there_is_nothing(string path, string expected) =>
        Assert.Equal(expected, await _site.With(site => site with { NotFoundHandling = NotFoundHandling.NotFoundPage }).GetAsync(path));

    [Theory]
    [InlineData("/none", "200 /index.html")]
    [InlineData("/deep/er?x", "200 /index.html")]
    [InlineData("/app.js", "200 /app.js")]
    [InlineData("/index.html", "307 /")]
    public async Task A_single_page_application_answers_every_path(string path, string expected) =>
        Assert.Equal(expected, await _site.With(site => site with { NotFoundHandling = NotFoundHandling.SinglePageApplication }).GetAsync(path));

    [Theory]
    [InlineData("/app.js", "GET", "", "200 /app.js")]
    [InlineData("/none", "GET", "", "200 worker")]
    [InlineData("/none", "GET", "navigate", "200 /index.html")]
    [InlineData("/none", "GET", "cors", "200 worker")]
    [InlineData("/none", "POST", "", "200 worker")]
    [InlineData("/none", "POST", "navigate", "405")]
    [InlineData("/app.js", "POST", "", "405")]
    public async Task With_a_Worker_the_application_answers_navigations_only(string path, string method, string mode, string expected)
    {
        var site = _site.With(site => site with { NotFoundHandling = NotFoundHandling.SinglePageApplication }, worker: true, date: "2025-04-01");
        Assert.Equal(expected, await site.GetAsync(path, method, mode.Length == 0 ? [] : ["sec-fetch-mode", mode]));
    }

    [Theory]
    [InlineData("2025-03-31", "", "200 worker")]
    [InlineData("2025-03-31", "assets_navigation_prefers_asset_serving", "404 /404.html")]
    [InlineData("2025-04-01", "", "404 /404.html")]
    [InlineData("2025-04-01", "assets_navigation_has_no_effect", "200 worker")]
    public async Task Whether_navigations_differ_is_a_compatibility_flag(string date, string flag, string expected)
    {
        var site = _site.With(site => site with { NotFoundHandling = NotFoundHandling.NotFoundPage }, worker: true, date, flag.Length == 0 ? [] : [flag]);
        Assert.Equal(expected, await site.GetAsync("/none", "GET", "sec-fetch-mode", "navigate"));
    }

    [Fact]
    public async Task Without_either_there_is_nothing() => Assert.Equal("404", await _site.GetAsync("/none"));
}
