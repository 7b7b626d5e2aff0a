using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Routing;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("a.localhost", "worker a")]
    [InlineData("A.LOCALHOST:1234", "worker a")]
    [InlineData("b.localhost", "worker b")]
    public async Task A_subdomain_names_the_worker(string host, string expected)
    {
        await using TestEdge edge = await TestEdge.StartAsync(await TwoWorkers());
        Assert.EndsWith("\r\n\r\n" + expected, await edge.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    }

    [Theory]
    [InlineData("c.localhost")]
    [InlineData("localhost")]
    [InlineData("a.localhost.example.com")]
    [InlineData("x.a.localhost")]
    [InlineData("alocalhost")]
    public async Task An_unknown_host_gets_a_404_that_lists_the_known_ones(string host)
    {
        await using TestEdge edge = await TestEdge.StartAsync(await TwoWorkers());
        string response = await edge.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", response);
        Assert.Contains($"\"{host}\"", response);
        Assert.Contains("http://a.localhost\n", response);
        Assert.Contains("http://b.localhost\n", response);
        string page = await edge.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
        Assert.Contains("Content-Type: text/html", page);
        Assert.Contains("<code>a.localhost</code>", page);
    }

    [Fact]
    public async Task Without_workers_the_404_says_how_to_start_one()
    {
        await using TestEdge edge = await TestEdge.StartAsync(new SubdomainRouter());
        Assert.Contains("skep dev", await edge.GetAsync("/"));
    }

    [Fact]
    public async Task A_request_in_flight_finishes_on_the_worker_it_began_with()
    {
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        FakeWorker old = FakeWorker.Async(async request =>
        {
            entered.SetResult();
            await go.Task;
            request.Answer(200, "old");
        });
        var router = new SingleWorkerRouter(old);
        await using TestEdge edge = await TestEdge.StartAsync(router);
        Task<string> first = edge.GetAsync("/");
        await entered.Task;
        Task retired = router.SwapAsync(FakeWorker.Answering("new"));
        Assert.EndsWith("new", await edge.GetAsync("/"));
        Assert.False(old.IsDisposed);
        Assert.False(retired.IsCompleted);
        go.SetResult();
        Assert.EndsWith("old", await first);
        await retired;
        Assert.True(old.IsDisposed);
    }

    [Fact]
    public async Task Swapping_under_load_loses_no_request()
    {
        var router = new SingleWorkerRouter(FakeWorker.Answering("ok"));
        await using TestEdge edge = await TestEdge.StartAsync(router);
        using var stop = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskUntil(edge, stop.Token)))];
        for (int i = 0; i < 300; i++)
        {
            await router.SwapAsync(FakeWorker.Answering("ok"));
            await Task.Yield();
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(clients), count => Assert.True(count > 0));
    }

    [Fact]
    public async Task A_retired_worker_takes_no_more_events_and_is_disposed_when_the_last_has_left()
    {
        var worker = FakeWorker.Answering("x");
        var routed = new RoutedWorker(worker);
        Assert.True(routed.TryEnter());
        Task retired = routed.RetireAsync();
        Assert.False(routed.TryEnter());
        Assert.False(retired.IsCompleted);
        routed.Leave();
        await retired;
        Assert.True(worker.IsDisposed);
        await routed.RetireAsync();
    }

    private static async Task<int> AskUntil(TestEdge edge, CancellationToken stop)
    {
        using RawConnection connection = await edge.ConnectAsync();
        int count = 0;
        do
        {
            await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            string response = await connection.ReadResponseAsync();
            Assert.StartsWith("HTTP/1.1 200 ", response);
            Assert.EndsWith("\r\n\r\nok", response);
            count++;
        }
        while (!stop.IsCancellationRequested);

        return count;
    }

    private static async Task<SubdomainRouter> TwoWorkers()
    {
        var router = new SubdomainRouter();
        await router.SetAsync("a", FakeWorker.Answering("worker a"));
        await router.SetAsync("b", FakeWorker.Answering("worker b"));
        return router;
    }
}
