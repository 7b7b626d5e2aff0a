using Skep.Abstractions.WebSockets;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>The client's half of the opening handshake: https://www.rfc-editor.org/rfc/rfc6455#section-4.1.</summary>
internal sealed class ClientHandshake
{
    public const string Protocol = "websocket";
    private const string Version = "13";

    private readonly string key;
    private readonly string? offered;

    private ClientHandshake(string key, string? offered) => (this.key, this.offered) = (key, offered);

    /// <summary>The handshake of a request whose headers ask for a WebSocket, with its headers put in place; null for any other.</summary>
    public static ClientHandshake? Begin(string method, ref IReadOnlyList<string> headers)
    {
        if (method != "GET" || !Protocol.Equals(Find(headers, "upgrade"), StringComparison.OrdinalIgnoreCase)) return null;
        List<string> complete = new(headers.Count + 4);
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            // A copy of a client's request has the client's key: this is another connection.
            if (headers[i] is "sec-websocket-key" or "sec-websocket-version") continue;
            complete.Add(headers[i]);
            complete.Add(headers[i + 1]);
        }

        ClientHandshake handshake = new(WebSocketKey.New(), Find(headers, "sec-websocket-extensions"));
        complete.AddRange(["sec-websocket-key", handshake.key, "sec-websocket-version", Version]);
        headers = complete;
        return handshake;
    }

    /// <summary>The server agreed to switch: the socket, when it did so as it must.</summary>
    public HostWebSocket Complete(WorkerIsolate isolate, Invocation invocation, Stream connection, List<string> headers)
    {
        try
        {
            if (Find(headers, "sec-websocket-accept") != WebSocketKey.AcceptFor(key)) throw new FormatException("the server did not answer the request's key.");
            var agreed = Find(headers, "sec-websocket-extensions");
            return HostWebSocket.Connect(isolate, invocation, connection, DeflateAgreement.Read(agreed), offered, agreed);
        }
        catch (FormatException exception)
        {
            connection.Dispose();
            throw JsException.Type($"Failed to establish the WebSocket connection: {exception.Message}");
        }
    }

    private static string? Find(IReadOnlyList<string> headers, string name)
    {
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if (headers[i] == name) return headers[i + 1];
        }

        return null;
    }
}
