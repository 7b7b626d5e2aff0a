using System.Net.WebSockets;
using System.Text;
using Skep.Testing;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>A request that a worker answers with a WebSocket, and the client's end of the connection.</summary>
internal sealed class SocketRequest : IDisposable
{
    private readonly DuplexPipe pipe;
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="worker">Who answers.</param>
    /// <param name="raw">The test speaks in frames itself.</param>
    /// <param name="offer">The extensions that are asked for.</param>
    /// <param name="written">Called when the worker has sent something, on the thread that did.</param>
    public SocketRequest(TestWorker worker, bool raw = false, string? offer = null, Action? written = null)
    {
        pipe = DuplexPipe.New(written: written);
        Client = raw
            ? null!
            : WebSocket.CreateFromStream(pipe.Theirs, new WebSocketCreationOptions
            {
                DangerousDeflateOptions = offer is null ? null : new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false },
            });
        Request = new TestRequest("/")
        {
            Headers = ["upgrade", "websocket", .. offer is null ? (string[])[] : ["sec-websocket-extensions", offer]],
            WebSocketConnection = () =>
            {
                opened.TrySetResult();
                return pipe.Ours;
            },
            ServerGoesDown = ServerGoesDown.Token,
        };
        worker.Worker.Fetch(Request);
    }

    public TestRequest Request { get; }

    public WebSocket Client { get; }

    /// <summary>The client's end, without a protocol.</summary>
    public Stream Stream => pipe.Theirs;

    public CancellationTokenSource ServerGoesDown { get; } = new();

    /// <summary>The worker has answered.</summary>
    public Task Opened => opened.Task;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<string> AskAsync(string text)
    {
        // A large answer comes while the question is still on its way.
        var sending = Client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);
        var answer = (await ReceiveAsync()).Text;
        await sending;
        return answer;
    }

    public Task<SocketMessage> ReceiveAsync() => ReceiveAsync(Client);

    public static async Task<SocketMessage> ReceiveAsync(WebSocket socket)
    {
        using MemoryStream all = new();
        var buffer = new byte[16 << 10];
        for (;;)
        {
            var part = await socket.ReceiveAsync(buffer, Cancellation);
            if (part.MessageType == WebSocketMessageType.Close) return new SocketMessage((int)socket.CloseStatus!, Encoding.UTF8.GetBytes(socket.CloseStatusDescription ?? ""));
            all.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return new SocketMessage(0, all.ToArray());
        }
    }

    /// <summary>Exactly so many bytes of the connection.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes, Cancellation);
        return bytes;
    }

    public void Dispose()
    {
        Client?.Dispose();
        Stream.Dispose();
        ServerGoesDown.Dispose();
    }
}
