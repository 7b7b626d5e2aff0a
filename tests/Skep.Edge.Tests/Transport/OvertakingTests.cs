using System.Collections.Concurrent;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Testing;

namespace Skep.Edge.Tests.Transport;

public sealed class OvertakingTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Workers_that_do_not_return_hold_up_no_other_connection_of_their_loop()
    {
        using var answered = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(3);
        var threads = new ConcurrentDictionary<string, int>();
        var worker = new FakeWorker(request =>
        {
            string path = new Uri(request.Url).AbsolutePath;
            threads[path] = Environment.CurrentManagedThreadId;
            bool inTime = true;
            if (path.StartsWith("/blocked", StringComparison.Ordinal))
            {
                blocked.Signal();
                inTime = answered.Wait(_patience);
            }

            request.Answer(inTime ? 200 : 500, path);
        });
        await using TestEdge edge = await TestEdge.StartAsync(
            new SingleWorkerRouter(worker), listener: new ListenerOptions { EventLoops = 1 });
        RawConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WarmAsync(edge)));
        for (int i = 0; i < 3; i++)
            await connections[i].WriteAsync($"GET /blocked/{i} HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True(blocked.Wait(_patience, TestContext.Current.CancellationToken));

        await connections[3].WriteAsync("GET /free HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("/free", await connections[3].ReadResponseAsync());
        answered.Set();
        for (int i = 0; i < 3; i++)
        {
            string response = await connections[i].ReadResponseAsync();
            Assert.StartsWith("HTTP/1.1 200", response);
            Assert.EndsWith($"/blocked/{i}", response);
        }

        // And the loop goes on with one leader again.
        for (int round = 0; round < 3; round++)
        {
            foreach (RawConnection connection in connections)
            {
                await connection.WriteAsync("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.EndsWith("/again", await connection.ReadResponseAsync());
            }
        }

        foreach (RawConnection connection in connections)
            connection.Dispose();
    }

    [Fact]
    public async Task Requests_run_on_the_thread_that_receives_them()
    {
        var threads = new ConcurrentQueue<string?>();
        await using TestEdge edge = await TestEdge.StartAsync(new FakeWorker(request =>
        {
            threads.Enqueue(Thread.CurrentThread.Name);
            request.Answer(200, "ok");
        }));
        using RawConnection connection = await WarmAsync(edge);
        threads.Clear();

        // On a busy machine a request may be there before the connection waits for it: then it goes on where it is.
        for (int i = 0; i < 100 && !threads.Contains("skep loop"); i++)
        {
            await connection.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await connection.ReadResponseAsync();
        }

        Assert.Contains("skep loop", threads);
    }

    // Kestrel begins a connection on the pool; from its second request on it is the loop's.
    private static async Task<RawConnection> WarmAsync(TestEdge edge)
    {
        RawConnection connection = await edge.ConnectAsync();
        await connection.WriteAsync("GET /warm HTTP/1.1\r\nHost: a\r\n\r\n");
        await connection.ReadResponseAsync();
        return connection;
    }
}
