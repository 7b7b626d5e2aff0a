using System.Collections.Immutable;
using System.Diagnostics;
using Skep.Abstractions.Queues;

namespace Skep.Abstractions.Events;

/// <summary>A batch of a queue's messages.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Messages">The messages.</param>
/// <param name="Metrics">What the queue holds.</param>
/// <param name="Entrypoint">The named entrypoint that handles it, or null for the default export.</param>
public sealed record QueueEvent(string Queue, ImmutableArray<QueueMessage> Messages, QueueMetrics Metrics, string? Entrypoint = null)
{
    /// <summary>The span of this event; the default when it has none.</summary>
    public ActivityContext Span { get; init; }

    /// <summary>The result when nothing was said of any message.</summary>
    public QueueResult All(QueueVerdict verdict, in InvocationSummary summary) =>
        new(summary, [.. Messages.Select(message => new QueueSettlement(message.Sequence, message.Attempts, verdict))]);
}

/// <summary>What became of a batch.</summary>
/// <param name="Summary">How the handler ended.</param>
/// <param name="Settlements">What becomes of each message.</param>
public sealed record QueueResult(InvocationSummary Summary, ImmutableArray<QueueSettlement> Settlements);
