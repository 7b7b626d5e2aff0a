using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Listeners;

public sealed class DrainTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_request_in_flight_is_answered_and_its_connection_closed()
    {
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Async(async request =>
        {
            entered.SetResult();
            await go.Task;
            request.Answer(200, "done");
        }));
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await entered.Task;
        Task stopping = edge.Server.StopAsync(TestContext.Current.CancellationToken);
        go.SetResult();
        string response = await connection.ReadToEndAsync();
        Assert.Contains("\r\nConnection: close\r\n", response);
        Assert.EndsWith("\r\n\r\ndone", response);
        await stopping.WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Under_load_every_accepted_request_is_answered()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Answering("ok"));
        var warm = new CountdownEvent(8);
        Task<string>[] clients = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using RawConnection connection = await edge.ConnectAsync();
            for (int n = 0; ; n++)
            {
                await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                string response = await connection.ReadResponseAsync();
                if (n == 20)
                    warm.Signal();
                if (response.Contains("Connection: close", StringComparison.Ordinal))
                    return response;
            }
        }))];
        Assert.True(warm.Wait(_patience, TestContext.Current.CancellationToken));
        await edge.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.All(await Task.WhenAll(clients), response => Assert.EndsWith("\r\n\r\nok", response));
    }

    [Fact]
    public async Task Connections_that_wait_to_be_accepted_are_served()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Answering("ok"));
        RawConnection[] connections = new RawConnection[100];
        for (int i = 0; i < connections.Length; i++)
        {
            connections[i] = await edge.ConnectAsync();
            await connections[i].WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        Task stopping = edge.Server.StopAsync(TestContext.Current.CancellationToken);
        foreach (RawConnection connection in connections)
        {
            Assert.EndsWith("\r\n\r\nok", await connection.ReadResponseAsync());
            connection.Dispose();
        }

        await stopping.WaitAsync(_patience, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(edge.ConnectAsync);
    }

    [Fact]
    public async Task A_request_that_never_ends_is_cut_after_the_timeout()
    {
        var entered = new TaskCompletionSource();
        var worker = FakeWorker.Async(async request =>
        {
            var gone = new TaskCompletionSource();
            await using CancellationTokenRegistration _ = request.Aborted.Register(gone.SetResult);
            entered.SetResult();
            await gone.Task;
            request.Fail(new(Abstractions.Errors.WorkerErrorCode.Exception, "gone"), false, FetchEvents.Ok with { Outcome = Abstractions.Events.InvocationOutcome.Canceled });
        });
        var options = new ListenerOptions { DrainTimeout = TimeSpan.FromMilliseconds(100), DrainGrace = TimeSpan.FromMilliseconds(1) };
        await using TestEdge edge = await TestEdge.StartAsync(new SingleWorkerRouter(worker), listener: options);
        using RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await entered.Task;
        await edge.Server.StopAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        await using TestEdge edge = await TestEdge.StartAsync(FakeWorker.Answering("ok"));
        await using var second = new EdgeServer(
            new ListenerOptions { Port = edge.EndPoint.Port }, new(), new SingleWorkerRouter(FakeWorker.Answering("ok")));
        IOException error = await Assert.ThrowsAnyAsync<IOException>(() => second.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(edge.EndPoint.ToString(), error.Message);
    }
}
