using Skep.Abstractions.Assets;
using Skep.Testing;

namespace Skep.Edge.Tests.Assets;

// https://developers.cloudflare.com/workers/static-assets/routing/worker-script/
public sealed class WorkerFirstTests
{
    private static readonly TestSite _site = TestSite.Of("/index.html", "/api/docs.txt", "/api/list.json");

    [Theory]
    [InlineData("/", "200 /index.html")]
    [InlineData("/api/list.json", "200 worker")]
    [InlineData("/api/docs.txt", "200 /api/docs.txt")]
    [InlineData("/api/docs.html", "404")]
    [InlineData("/other", "200 worker")]
    public async Task Rules_say_who_is_asked_first_and_negative_ones_win(string path, string expected) =>
        Assert.Equal(expected, await _site.With(site => site with { WorkerFirst = ["/api/*", "!/api/docs*"] }, worker: true).GetAsync(path));

    [Fact]
    public async Task With_rules_a_page_that_says_there_is_nothing_comes_before_the_Worker() =>
        Assert.Equal("200 /index.html", await _site.With(site => site with { WorkerFirst = ["/api/*"], NotFoundHandling = NotFoundHandling.SinglePageApplication }, worker: true).GetAsync("/x"));

    [Fact]
    public async Task The_Worker_can_get_everything() =>
        Assert.Equal("200 worker", await _site.With(site => site with { RunWorkerFirst = true }, worker: true).GetAsync("/"));

    [Fact]
    public async Task A_named_entrypoint_is_the_Workers_alone()
    {
        await using var worker = await _site.With(site => site, worker: true).StartAsync();
        var request = new TestRequest("/") { EntrypointName = "Admin" };
        worker.Fetch(request);
        Assert.Equal("200 worker", (await request.Response).ToString());
    }

    [Theory]
    [InlineData("", "No `run_worker_first` rules were provided; must provide at least 1 rule.")]
    [InlineData("!/a", "Only negative `run_worker_first` rules were provided; must provide at least 1 non-negative rule")]
    [InlineData("a !b /c", "Invalid routes in `run_worker_first`:\n'a': rules must start with '/' or '!/'\n'!b': negative rules must start with '!/'")]
    [InlineData("/a /a", "Invalid routes in `run_worker_first`:\n'/a': rule is a duplicate; rules must be unique")]
    [InlineData("/a/* /a/b", "Invalid routes in `run_worker_first`:\n'/a/b': rule '/a/*' makes it redundant")]
    public void Rules_that_make_no_sense_are_refused(string rules, string expected)
    {
        Assert.Null(WorkerFirstRules.Parse(rules.Split(' ', StringSplitOptions.RemoveEmptyEntries), out string problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void There_are_at_most_a_hundred_rules_of_a_hundred_characters()
    {
        Assert.Null(WorkerFirstRules.Parse([.. Enumerable.Range(0, 101).Select(i => $"/{i}/x")], out string many));
        Assert.StartsWith("Too many", many, StringComparison.Ordinal);
        Assert.Null(WorkerFirstRules.Parse(["/" + new string('a', 100)], out string longer));
        Assert.Contains("less than 100 characters", longer, StringComparison.Ordinal);
    }
}
