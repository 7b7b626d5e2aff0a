namespace Skep.Runtime.WebSockets;

/// <summary>Hears of what happens on a connection. Called on the thread that read it, one call at a time, except
/// <see cref="Ended"/>, which comes last and from any thread.</summary>
internal interface IWebSocketReceiver
{
    /// <summary>Messages have arrived. Nothing more is read until <see cref="WebSocketConnection.Taken"/>; the batch is the
    /// receiver's to return.</summary>
    void Received(InboundBatch batch);

    /// <summary>Nothing more arrives, though the peer did not say so. <paramref name="failure"/> says what it did wrong, if it did.</summary>
    void Lost(string? failure);

    /// <summary>The connection is over in both directions. <paramref name="clean"/>: all that was sent is out, close frame included.</summary>
    void Ended(bool clean);
}
