namespace Skep.Runtime.WebSockets;

/// <summary>How a connection behaves.</summary>
internal readonly record struct WebSocketSettings
{
    /// <summary>The most bytes a message may have, as in Workers.</summary>
    public const int DefaultMaxMessage = 32 << 20;

    public WebSocketSettings()
    {
    }

    /// <summary>This side opened it: it masks, the peer does not.</summary>
    public bool IsClient { get; init; }

    /// <summary>What was agreed on compression; null for none.</summary>
    public DeflateAgreement? Compression { get; init; }

    /// <summary>The most bytes of a message that is received, decompressed.</summary>
    public int MaxMessage { get; init; } = DefaultMaxMessage;

    /// <summary>Where memory is charged.</summary>
    public required MemoryBudget Budget { get; init; }

    /// <summary>The clock of its timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
