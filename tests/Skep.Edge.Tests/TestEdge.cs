using System.Net;
using System.Net.Sockets;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Edge.Transport;
using Skep.Testing;

namespace Skep.Edge.Tests;

/// <summary>An edge on a port of the system's choice, and raw sockets to it.</summary>
internal sealed class TestEdge : IAsyncDisposable
{
    private TestEdge(EdgeServer server) => Server = server;

    public EdgeServer Server { get; }

    public IPEndPoint EndPoint => Server.EndPoints[0];

    public static Task<TestEdge> StartAsync(Action<FetchEvent> fetch, DispatchOptions? dispatch = null) =>
        StartAsync(new SingleWorkerRouter(new FakeWorker(fetch)), dispatch);

    public static Task<TestEdge> StartAsync(IWorker worker, DispatchOptions? dispatch = null) =>
        StartAsync(new SingleWorkerRouter(worker), dispatch);

    public static async Task<TestEdge> StartAsync(IWorkerRouter router, DispatchOptions? dispatch = null, ListenerOptions? listener = null, EventLoopGroup? loops = null)
    {
        var server = new EdgeServer(
            (listener ?? new ListenerOptions()) with { Port = 0 }, dispatch ?? new DispatchOptions(), router, loops: loops);
        await server.StartAsync();
        return new TestEdge(server);
    }

    /// <summary>Sends bytes on a connection of its own and returns what comes back until the server closes it. The request should
    /// say <c>Connection: close</c>.</summary>
    public async Task<string> SendAsync(string request)
    {
        using RawConnection connection = await ConnectAsync();
        await connection.WriteAsync(request);
        return await connection.ReadToEndAsync();
    }

    public Task<string> GetAsync(string path, string headers = "") =>
        SendAsync($"GET {path} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n{headers}\r\n");

    public async Task<RawConnection> ConnectAsync()
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return new RawConnection(socket);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
