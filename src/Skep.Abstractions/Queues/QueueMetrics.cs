namespace Skep.Abstractions.Queues;

/// <summary>What a queue holds: all that has not been acknowledged.</summary>
/// <param name="BacklogCount">Messages.</param>
/// <param name="BacklogBytes">Bytes of their bodies.</param>
/// <param name="OldestMessageTimestamp">When the oldest was sent, in milliseconds since 1970; 0 when there is none.</param>
public sealed record QueueMetrics(long BacklogCount, long BacklogBytes, long OldestMessageTimestamp);
