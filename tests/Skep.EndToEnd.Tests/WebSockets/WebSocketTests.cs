using System.Net.WebSockets;
using System.Text;

namespace Skep.EndToEnd.Tests.WebSockets;

public sealed class WebSocketTests : IDisposable
{
    private const string Echo = """
        export default {
          async fetch(request, env) {
            const url = new URL(request.url);
            if (url.pathname === "/through") return fetch(`http://${url.host}/echo`, request);
            if (url.pathname === "/own") {
              const socket = new WebSocket(`ws://${url.host}/echo`);
              await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
              socket.send("from a worker");
              const { data } = await new Promise((resolve) => (socket.onmessage = resolve));
              socket.close(1000);
              return new Response(data);
            }
            if (request.headers.get("upgrade") !== "websocket") return new Response("Expected a WebSocket", { status: 426 });
            const [client, server] = Object.values(new WebSocketPair());
            server.binaryType = "arraybuffer";
            server.accept();
            server.onmessage = ({ data }) => server.send(data);
            server.onclose = ({ code }) => console.log(`closed ${code}`);
            return new Response(null, { status: 101, webSocket: client, headers: { "sec-websocket-protocol": "chat" } });
          },
        };
        """;

    private readonly TemporaryProject _project = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("/echo")]
    [InlineData("/through")]
    public async Task Messages_are_echoed(string path)
    {
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Write("echo.js", Echo));
        using var socket = await Connect(server, path, compress: true);
        Assert.Equal("chat", socket.SubProtocol);
        foreach (var size in new[] { 0, 5, 126, 70_000, 1 << 20 })
        {
            var text = string.Concat(Enumerable.Repeat("message ", size / 8));
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);
            Assert.Equal(text, await Receive(socket));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancellation);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "done"), (socket.CloseStatus, socket.CloseStatusDescription));
        await server.Printed("closed 1000", Cancellation);
    }

    [Fact]
    public async Task A_worker_opens_one_itself()
    {
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Write("echo.js", Echo));
        using HttpClient client = new();
        Assert.Equal("from a worker", await client.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port}/own"), Cancellation));
    }

    [Fact]
    public async Task A_client_that_vanishes_is_noticed()
    {
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Write("echo.js", Echo));
        var socket = await Connect(server, "/echo");
        socket.Abort();
        await server.Printed("closed 1006", Cancellation);
    }

    [Fact]
    public async Task A_reload_tells_clients_to_come_back()
    {
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Write("echo.js", Echo));
        using var socket = await Connect(server, "/echo");
        await server.Printed("ready in", Cancellation);
        _project.Write("echo.js", Echo + "\n// changed");
        Assert.Null(await Receive(socket));
        Assert.Equal(1012, (int)socket.CloseStatus!);
    }

    [Fact]
    public async Task A_server_that_is_terminated_says_that_it_goes_away()
    {
        await using var server = await ServerProcess.Start(Cancellation, "dev", _project.Write("echo.js", Echo));
        using var socket = await Connect(server, "/echo");
        var ended = server.Terminate(Cancellation);
        Assert.Null(await Receive(socket));
        Assert.Equal(1001, (int)socket.CloseStatus!);
        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", Cancellation);
        Assert.Equal(0, await ended);
    }

    private static async Task<ClientWebSocket> Connect(ServerProcess server, string path, bool compress = false)
    {
        ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("chat");
        if (compress) socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}{path}"), Cancellation);
        return socket;
    }

    /// <summary>The next text; null for the close frame.</summary>
    private static async Task<string?> Receive(ClientWebSocket socket)
    {
        using MemoryStream all = new();
        var buffer = new byte[16 << 10];
        for (;;)
        {
            var part = await socket.ReceiveAsync(buffer, Cancellation);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            all.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return Encoding.UTF8.GetString(all.ToArray());
        }
    }
}
