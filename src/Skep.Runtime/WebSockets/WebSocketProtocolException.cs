namespace Skep.Runtime.WebSockets;

/// <summary>The peer broke the protocol or a limit: the connection fails with this close code.</summary>
internal sealed class WebSocketProtocolException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>A frame that no peer may send.</summary>
    public static WebSocketProtocolException Malformed(string what) => new(CloseCode.ProtocolError, $"WebSocket protocol error: {what}");
}
