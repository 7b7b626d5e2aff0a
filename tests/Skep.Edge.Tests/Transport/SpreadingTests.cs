using Skep.Edge.Routing;
using Skep.Edge.Transport;
using Skep.Testing;

namespace Skep.Edge.Tests.Transport;

/// <summary>Connections go from loop to loop while they are used.</summary>
public sealed class SpreadingTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Requests_are_answered_while_their_connections_change_loops()
    {
        const int Clients = 8;
        const int Requests = 200;
        using var loops = new EventLoopGroup(3);
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(new FakeWorker(request => request.Answer(200, new Uri(request.Url).AbsolutePath))), loops: loops);
        using var moving = new CancellationTokenSource();
        Task mover = Task.Run(() => Move(loops, moving.Token), TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using RawConnection connection = await edge.ConnectAsync();
            for (int n = 0; n < Requests; n++)
            {
                await connection.WriteAsync($"GET /{client}/{n} HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.EndsWith($"\r\n\r\n/{client}/{n}", await connection.ReadResponseAsync().WaitAsync(_patience));
            }
        }))).WaitAsync(_patience, TestContext.Current.CancellationToken);
        await moving.CancelAsync();
        await mover;
    }

    private static void Move(EventLoopGroup loops, CancellationToken end)
    {
        for (int next = 0; !end.IsCancellationRequested;)
        {
            foreach (EventLoop loop in loops.Loops)
            {
                foreach (IMovableTarget target in loop.Targets.OfType<IMovableTarget>())
                    target.MoveTo(loops.Loops[next++ % loops.Loops.Count]);
            }

            Thread.Yield();
        }
    }
}
