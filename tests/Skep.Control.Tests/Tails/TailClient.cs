using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Skep.Control.Tests.Tails;

/// <summary>A client of a tail.</summary>
internal sealed class TailClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    public JsonNode Created { get; private init; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates a tail of the script and connects to it, a while later if wanted.</summary>
    public static async Task<TailClient> ConnectAsync(TestControl control, string filters = "[]", string script = "hello", TimeSpan later = default)
    {
        var created = await control.ResultAsync(HttpMethod.Post, $"workers/scripts/{script}/tails", TestControl.Json($$"""{ "filters": {{filters}} }"""));
        control.Time.Advance(later);
        var client = new TailClient { Created = created };
        client._socket.Options.AddSubProtocol("trace-v1");
        await client._socket.ConnectAsync(new Uri(created["url"]!.GetValue<string>()), Cancellation);
        Assert.Equal("trace-v1", client._socket.SubProtocol);
        return client;
    }

    public Task SendAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);

    /// <summary>The next message.</summary>
    public async Task<JsonNode> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, Cancellation);
            Assert.Equal(WebSocketMessageType.Text, part.MessageType);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(Encoding.UTF8.GetString(message.ToArray()))!;
        }
    }

    /// <summary>How the server ends it.</summary>
    public async Task<WebSocketCloseStatus?> ClosedAsync()
    {
        var part = await _socket.ReceiveAsync(new byte[64], Cancellation);
        Assert.Equal(WebSocketMessageType.Close, part.MessageType);
        return part.CloseStatus;
    }

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);

    public void Dispose() => _socket.Dispose();
}
