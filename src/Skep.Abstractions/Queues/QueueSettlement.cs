namespace Skep.Abstractions.Queues;

/// <summary>What a consumer says of a message that it was given.</summary>
/// <param name="Sequence">The message's place.</param>
/// <param name="Attempts">Which attempt it was: what has been given to others meanwhile is not put back again.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="DelaySeconds">When it is delivered again: after how many seconds; null for what the consumer's configuration says.</param>
public readonly record struct QueueSettlement(long Sequence, int Attempts, QueueVerdict Verdict, int? DelaySeconds = null);

/// <summary>What becomes of a message.</summary>
public enum QueueVerdict
{
    /// <summary>It is done.</summary>
    Ack,

    /// <summary>It is delivered again, unless that was the last attempt.</summary>
    Retry,

    /// <summary>It was not delivered at all: the attempt does not count.</summary>
    Return,
}

/// <summary>What settling did.</summary>
/// <param name="Acknowledged">Messages that are done.</param>
/// <param name="Retried">Messages that are delivered again.</param>
/// <param name="DeadLettered">Messages that went to the dead letter queue.</param>
/// <param name="Dropped">Messages that were deleted after their last attempt.</param>
public readonly record struct QueueSettled(int Acknowledged, int Retried, int DeadLettered, int Dropped);
