namespace Skep.Abstractions.Queues;

/// <summary>Cloudflare's numbers for what queues refuse.</summary>
public static class QueueErrorCodes
{
    /// <summary>There is no such queue.</summary>
    public const int QueueNotFound = 10104;

    /// <summary>The delay of a batch is out of bounds.</summary>
    public const int BatchDelayInvalid = 10202;

    /// <summary>A content type or a delay of a message is none.</summary>
    public const int MessageMetadataInvalid = 10203;

    /// <summary>A message is too long.</summary>
    public const int MessageSizeOutOfBounds = 10204;

    /// <summary>The messages of a batch are too long together.</summary>
    public const int BatchSizeOutOfBounds = 10205;

    /// <summary>A batch has too many messages, or none.</summary>
    public const int BatchCountOutOfBounds = 10206;

    /// <summary>The queue holds as much as it may.</summary>
    public const int StorageLimitExceeded = 10251;

    /// <summary>Anything else.</summary>
    public const int Internal = 15000;
}
