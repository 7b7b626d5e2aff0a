using System.Collections.Immutable;
using Skep.Abstractions.Routing;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Routing;

public sealed class DeploymentRouterTests
{
    [Theory]
    [InlineData("example.com", "/", "any")]
    [InlineData("EXAMPLE.com", "/x", "any")]
    [InlineData("example.com", "/api/", "api")]
    [InlineData("example.com", "/api/v2/users", "api v2")]
    [InlineData("example.com", "/api/v2", "api")]
    [InlineData("example.com", "/exact", "exact")]
    [InlineData("example.com", "/exact/", "any")]
    [InlineData("a.example.com", "/", "subdomains")]
    [InlineData("b.a.example.com", "/", "subdomains")]
    [InlineData("x.deep.example.com", "/", "deep")]
    [InlineData("deep.example.com", "/", "subdomains")]
    [InlineData("both.net", "/", "both")]
    [InlineData("www.both.net", "/", "both")]
    [InlineData("notboth.net", "/", null)]
    [InlineData("com", "/", null)]
    [InlineData("custom.org", "/anything", "custom")]
    public async Task The_most_specific_route_wins(string host, string path, string? expected)
    {
        var router = new DeploymentRouter();
        await router.SetAsync(
        [
            Script("any", "example.com/*"),
            Script("api", "example.com/api/*"),
            Script("api v2", "example.com/api/v2/*"),
            Script("exact", "example.com/exact"),
            Script("subdomains", "*.example.com/*"),
            Script("deep", "*.deep.example.com/*"),
            Script("both", "*both.net/*"),
            Script("custom") with { Hosts = ["custom.org"] },
        ]);
        Assert.Equal(expected, router.Resolve(new RoutingRequest(host, path))?.Worker.Version.Name);
    }

    [Fact]
    public async Task Workers_find_each_other_by_their_scripts_names()
    {
        var router = new DeploymentRouter();
        await router.SetAsync([Script("api"), Script("other")]);
        Assert.Equal("api", router.Find("api", null)!.Worker.Version.Name);
        Assert.Null(router.Find("API", null));
        Assert.Null(router.Find("nobody", null));
        await router.RemoveAsync("api");
        Assert.Null(router.Find("api", null));
    }

    [Fact]
    public async Task A_route_wins_over_a_custom_domain()
    {
        var router = new DeploymentRouter();
        await router.SetAsync([Script("domain") with { Hosts = ["example.com"] }, Script("route", "example.com/only/*")]);
        Assert.Equal("route", router.Resolve(new RoutingRequest("example.com", "/only/this"))!.Worker.Version.Name);
        Assert.Equal("domain", router.Resolve(new RoutingRequest("example.com", "/else"))!.Worker.Version.Name);
    }

    [Fact]
    public async Task A_route_may_be_for_one_scheme()
    {
        var router = new DeploymentRouter();
        await router.SetAsync([Script("secure", "https://example.com/*"), Script("plain", "http://example.com/*")]);
        Assert.Equal("secure", router.Resolve(new RoutingRequest("example.com", "/", https: true))!.Worker.Version.Name);
        Assert.Equal("plain", router.Resolve(new RoutingRequest("example.com", "/", https: false))!.Worker.Version.Name);
    }

    [Fact]
    public async Task Versions_get_about_their_share()
    {
        var router = new DeploymentRouter();
        FakeWorker rare = FakeWorker.Answering("rare"), usual = FakeWorker.Answering("usual");
        await router.SetAsync(Script("hello", [new ServedVersion(rare, 10), new ServedVersion(usual, 90)], "example.com/*"));
        var chosen = Enumerable.Range(0, 10_000).Count(_ => ReferenceEquals(Resolve(router), rare));
        // 30 standard deviations: a test that fails by chance once in a universe.
        Assert.InRange(chosen, 100, 1_900);
    }

    [Fact]
    public async Task The_same_key_gets_the_same_version()
    {
        var router = new DeploymentRouter();
        var script = Script("hello", [new ServedVersion(FakeWorker.Answering("a"), 50), new ServedVersion(FakeWorker.Answering("b"), 50)], "example.com/*");
        await router.SetAsync(script);
        foreach (var key in Enumerable.Range(0, 100).Select(i => $"user-{i}"))
        {
            var request = new TestRequest { Headers = ["cloudflare-workers-version-key", key] };
            var first = Resolve(router, request);
            Assert.All(Enumerable.Range(0, 10), _ => Assert.Same(first, Resolve(router, request)));
        }
    }

    [Fact]
    public async Task A_version_of_the_deployment_can_be_asked_for()
    {
        var router = new DeploymentRouter();
        FakeWorker never = FakeWorker.Answering("never"), always = FakeWorker.Answering("always");
        await router.SetAsync(Script("hello", [new ServedVersion(never, 0.000001), new ServedVersion(always, 99.999999)], "example.com/*"));
        var request = new TestRequest { Headers = ["cloudflare-workers-version-overrides", $"other=\"x\", hello=\"{never.Version.Id}\""] };
        Assert.Same(never, Resolve(router, request));
        var unknown = new TestRequest { Headers = ["cloudflare-workers-version-overrides", "hello=\"no-such-version\""] };
        Assert.Same(always, Resolve(router, unknown));
    }

    [Fact]
    public async Task A_version_that_stays_is_kept_and_one_that_leaves_is_disposed()
    {
        var router = new DeploymentRouter();
        FakeWorker leaves = FakeWorker.Answering("leaves"), stays = FakeWorker.Answering("stays");
        await router.SetAsync(Script("hello", [new ServedVersion(leaves, 50), new ServedVersion(stays, 50)], "example.com/*"));
        await router.SetAsync(Script("hello", [new ServedVersion(stays, 100)], "example.com/*"));
        Assert.True(leaves.IsDisposed);
        Assert.False(stays.IsDisposed);
        Assert.Same(stays, Resolve(router));
        await router.RemoveAsync("hello");
        Assert.True(stays.IsDisposed);
        Assert.Null(router.Resolve(new RoutingRequest("example.com", "/")));
    }

    private static Abstractions.Workers.IWorker? Resolve(DeploymentRouter router, TestRequest? headers = null) =>
        router.Resolve(new RoutingRequest("example.com", "/", headers: headers))?.Worker;

    private static ServedScript Script(string name, params string[] routes) => Script(name, [new ServedVersion(FakeWorker.Answering(name, name), 100)], routes);

    private static ServedScript Script(string name, ImmutableArray<ServedVersion> versions, params string[] routes) =>
        new(name, [], [.. routes.Select(Parse)], versions);

    private static RoutePattern Parse(string text) =>
        RoutePattern.TryParse(text, out var pattern, out var problem) ? pattern : throw new ArgumentException(problem, nameof(text));
}
