namespace Skep.Abstractions.Queues;

/// <summary>Queues as Workers reach them that send. Callers have applied <see cref="QueueRules"/>. What was sent when this returns
/// survives the loss of the process and of power.</summary>
/// <remarks>Everything that goes in and out is text, numbers and bytes: worker processes reach it through a socket.</remarks>
public interface IQueueProducer
{
    /// <summary>Sends the messages: all of them, or none. Returns what the queue holds then.</summary>
    /// <exception cref="QueueException">There is no such queue, or it takes no more.</exception>
    ValueTask<QueueMetrics> SendAsync(string queue, IReadOnlyList<QueueSend> messages);

    /// <summary>What the queue holds.</summary>
    /// <exception cref="QueueException">There is no such queue, or it cannot be read.</exception>
    ValueTask<QueueMetrics> MetricsAsync(string queue);
}
