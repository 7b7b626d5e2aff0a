using Skep.Abstractions.Queues;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's queues. What was sent when this returns, the supervisor has stored.</summary>
internal sealed class LinkQueues(LinkConnection link) : IQueueProducer
{
    /// <inheritdoc/>
    public async ValueTask<QueueMetrics> SendAsync(string queue, IReadOnlyList<QueueSend> messages)
    {
        QueueSending sending = new(queue, [.. messages.Select(message => new QueueSendHead(message.Body.Length, message.ContentType, message.DelaySeconds))]);
        var answer = await link.CallAsync(LinkMethod.QueueSend, new LinkMessage(LinkRecords.Write(sending), new MemoryChainStream([.. messages.Select(message => message.Body)])));
        return LinkRecords.Read<QueueMetrics>(answer.Payload.Span);
    }

    /// <inheritdoc/>
    public async ValueTask<QueueMetrics> MetricsAsync(string queue) =>
        await link.AskAsync<QueueQuestion, QueueMetrics>(LinkMethod.QueueMetrics, new QueueQuestion(queue));
}
