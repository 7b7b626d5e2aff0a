using System.Collections.Immutable;

namespace Skep.Abstractions.Queues;

/// <summary>Messages that a consumer has, and nobody else for a while.</summary>
/// <param name="Messages">The messages; none when there were none to be had.</param>
/// <param name="Metrics">What the queue holds, these included.</param>
public sealed record QueueBatch(ImmutableArray<QueueMessage> Messages, QueueMetrics Metrics);
