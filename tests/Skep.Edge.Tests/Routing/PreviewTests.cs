using Skep.Abstractions.Workers;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Routing;

public sealed class PreviewTests
{
    private readonly DeploymentRouter _router = new();
    private readonly FakeWorker _live = FakeWorker.Answering("live");
    private readonly FakeWorker _next = FakeWorker.Answering("next");

    [Fact]
    public async Task A_version_answers_at_its_own_hosts_without_being_deployed()
    {
        await _router.SetAsync(Script(_live, ("11111111-site.localhost", _live), ("22222222-site.localhost", _next), ("alias-site.localhost", _next)));
        Assert.Same(_live, Find("site.localhost"));
        Assert.Same(_live, Find("11111111-site.localhost"));
        Assert.Same(_next, Find("22222222-SITE.localhost"));
        Assert.Same(_next, Find("alias-site.localhost"));
        Assert.Null(Find("33333333-site.localhost"));
        Assert.Equal(["site.localhost"], _router.KnownHosts(10));
    }

    [Fact]
    public async Task A_script_of_the_same_host_wins()
    {
        var other = FakeWorker.Answering("other");
        await _router.SetAsync(
        [
            Script(_live, ("22222222-site.localhost", _next)),
            new ServedScript("22222222-site", ["22222222-site.localhost"], [], [new ServedVersion(other, 100)]),
        ]);
        Assert.Same(other, Find("22222222-site.localhost"));
    }

    [Fact]
    public async Task A_version_is_retired_when_neither_deployment_nor_preview_needs_it()
    {
        await _router.SetAsync(Script(_live, ("11111111-site.localhost", _live), ("22222222-site.localhost", _next)));
        await _router.SetAsync(Script(_next, ("11111111-site.localhost", _live), ("22222222-site.localhost", _next)));
        Assert.Equal((false, false), (_live.IsDisposed, _next.IsDisposed));
        await _router.SetAsync(Script(_next));
        Assert.Equal((true, false), (_live.IsDisposed, _next.IsDisposed));
        await _router.RemoveAsync("site");
        Assert.True(_next.IsDisposed);
    }

    private static ServedScript Script(IWorker deployed, params (string Host, IWorker Worker)[] previews) =>
        new("site", ["site.localhost"], [], [new ServedVersion(deployed, 100)])
        {
            Previews = [.. previews.Select(preview => new ServedPreview(preview.Host, preview.Worker))],
        };

    private IWorker? Find(string host) => _router.Resolve(new RoutingRequest(host))?.Worker;
}
